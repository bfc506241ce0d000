import { Injectable } from '@nestjs/common';
import type { Principal } from '../../auth/principal/principal.js';
import { TokenAuthenticator } from '../../auth/tokens/token-authenticator.js';
import { Settings } from '../../config/settings.js';
import { ServiceError } from '../../errors/error/service-error.js';
import type { Connection } from '../connection/connection.js';
import { ConnectionRegistry } from '../connection/connection-registry.js';
import type { Opening } from '../gateway/gateway.js';
import type { HandshakeToken } from '../entry/token-source.js';

/**
 * Authenticates a connection, enforces the limit of sockets per user, and asks the gateway to admit the connection. From then on
 * the connection can be found by its user and its groups.
 */
@Injectable()
export class Admission {
  constructor(
    private readonly tokens: TokenAuthenticator,
    private readonly connections: ConnectionRegistry,
    private readonly settings: Settings,
  ) {}

  /** Returns the gateway's `Opening`. Throws ServiceError if the connection is rejected. */
  async admit(connection: Connection, token: HandshakeToken | null): Promise<Opening> {
    const principal = await this.authenticate(connection, token);
    connection.principal = principal;
    if (principal) this.count(connection, principal.userId);
    const opening = await connection.gateway.instance.open({ principal, params: connection.params });
    connection.state = opening.state;
    connection.groups = [...opening.streams, ...(opening.groups ?? [])];
    return opening;
  }

  private async authenticate(connection: Connection, token: HandshakeToken | null): Promise<Principal | null> {
    const requirement = connection.gateway.instance.authentication ?? 'required';
    if (requirement === 'none') return null;
    if (token) return this.tokens.authenticate(token.token, token.use);
    if (requirement === 'optional') return null;
    throw new ServiceError('unauthenticated', 'A token is required.');
  }

  /** Counts the connection for its user. Throws too_many_connections if the user already has the maximum. */
  private count(connection: Connection, userId: string): void {
    const { maxSocketsPerUser } = this.settings.sockets;
    // A connection that has closed meanwhile would be counted forever.
    if (!connection.isOpen) return;
    if (maxSocketsPerUser > 0 && this.connections.countOfUser(userId) >= maxSocketsPerUser) {
      throw new ServiceError('too_many_connections', 'Too many connections of this user.');
    }
    this.connections.assign(connection, userId);
  }
}
