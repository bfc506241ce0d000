import { Injectable } from '@nestjs/common';
import { TokenAuthenticator } from '../auth/token-authenticator.js';
import { ServiceError } from '../errors/service-error.js';
import type { Connection } from './connection.js';
import type { AuthenticatedMessage } from './realtime.messages.js';

/** `{type: "authenticate", token}`: a new token for an open socket. A bad one changes nothing. */
@Injectable()
export class Reauthentication {
  constructor(private readonly tokens: TokenAuthenticator) {}

  /** Throws ServiceError unauthenticated for a bad token, forbidden for another user's. */
  async renew(connection: Connection, token: unknown): Promise<void> {
    if (typeof token !== 'string' || token === '') {
      throw new ServiceError('invalid_message', 'authenticate needs a token', {
        errors: [{ pointer: '#/token', detail: 'must be a string' }],
      });
    }
    const principal = await this.tokens.authenticate(token, 'websocket_query');
    if (principal.userId !== connection.principal?.userId) {
      throw new ServiceError('forbidden', 'the token belongs to another user; open a socket of its own for it');
    }
    connection.principal = principal;
    const expires_at = new Date(principal.expiresAt).toISOString();
    connection.answer({ type: 'authenticated', expires_at } satisfies AuthenticatedMessage);
  }
}
