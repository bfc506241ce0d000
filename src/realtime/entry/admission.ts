import { Injectable } from '@nestjs/common';
import type { Principal } from '../../auth/principal/principal.js';
import { TokenAuthenticator } from '../../auth/tokens/token-authenticator.js';
import { Settings } from '../../config/settings.js';
import { ServiceError } from '../../errors/service-error.js';
import type { Connection } from '../connection/connection.js';
import { Connections } from '../connection/connections.js';
import type { Opening } from '../gateway/gateway.js';
import type { GivenToken } from './token-source.js';

/** Who is it, do they have too many sockets, and does the gateway let them in? The same for WebSocket and event stream. */
@Injectable()
export class Admission {
  constructor(
    private readonly tokens: TokenAuthenticator,
    private readonly connections: Connections,
    private readonly settings: Settings,
  ) {}

  /** The gateway's yes. Throws ServiceError for a no. */
  async admit(connection: Connection, token: GivenToken | null): Promise<Opening> {
    const principal = await this.authenticate(connection, token);
    connection.principal = principal;
    if (principal) this.count(connection, principal.userId);
    const opening = await connection.gateway.instance.open({ principal, params: connection.params });
    connection.state = opening.state;
    return opening;
  }

  private async authenticate(connection: Connection, token: GivenToken | null): Promise<Principal | null> {
    const wanted = connection.gateway.instance.authentication ?? 'required';
    if (wanted === 'none') return null;
    if (token) return this.tokens.authenticate(token.token, token.use);
    if (wanted === 'optional') return null;
    throw new ServiceError('unauthenticated', 'A token is required.');
  }

  /** The newcomer is refused when there are too many. */
  private count(connection: Connection, userId: string): void {
    const { maxSocketsPerUser } = this.settings;
    // Gone meanwhile: counting it now would count it for ever.
    if (!connection.isOpen) return;
    if (maxSocketsPerUser > 0 && this.connections.countOfUser(userId) >= maxSocketsPerUser) {
      throw new ServiceError('too_many_connections', 'Too many connections of this user.');
    }
    this.connections.assign(connection, userId);
  }
}
