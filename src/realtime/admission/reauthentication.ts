import { Injectable } from '@nestjs/common';
import { TokenAuthenticator } from '../../auth/tokens/token-authenticator.js';
import type { ErrorCode } from '../../errors/error/error-codes.js';
import { ServiceError } from '../../errors/error/service-error.js';
import { toServiceError } from '../../errors/error/to-service-error.js';
import { AccessCheck } from './access-check.js';
import { PendingAdmissions } from './pending-admissions.js';
import type { Connection } from '../connection/connection.js';
import type { AuthenticatedMessage } from '../gateway/realtime.messages.js';

/** Errors of `open` that do not depend on the user's rights. */
const FAILURES: ReadonlySet<ErrorCode> = new Set(['internal', 'unavailable']);

/** Handles `{type: "authenticate", token}`, a new token for an open socket. An invalid token changes nothing. */
@Injectable()
export class Reauthentication {
  constructor(
    private readonly tokens: TokenAuthenticator,
    private readonly accessCheck: AccessCheck,
    private readonly pendingAdmissions: PendingAdmissions,
  ) {}

  /**
   * Throws ServiceError: invalid_message without a token, unauthenticated for an invalid token, forbidden for a token of
   * another user. If the gateway no longer admits the user, the socket is closed.
   */
  async renew(connection: Connection, token: unknown): Promise<void> {
    if (typeof token !== 'string' || token === '') {
      throw new ServiceError('invalid_message', 'authenticate requires a token', {
        errors: [{ pointer: '#/token', detail: 'must be a string' }],
      });
    }
    const principal = await this.pendingAdmissions.during(connection, async () => {
      const found = await this.tokens.authenticate(token, 'websocket_query');
      if (found.userId !== connection.principal?.userId) {
        throw new ServiceError('forbidden', 'the token belongs to another user; open another socket for it');
      }
      await this.accessCheck.readmit(connection, found).catch((error: unknown) => {
        if (FAILURES.has(toServiceError(error).code)) throw error;
        connection.closeFor(error);
      });
      return found;
    });
    const expires_at = new Date(principal.expiresAt).toISOString();
    connection.answer({ type: 'authenticated', expires_at } satisfies AuthenticatedMessage);
  }
}
