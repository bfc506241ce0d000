import { Injectable } from '@nestjs/common';
import type { Principal } from '../../auth/principal/principal.js';
import { TokenAuthenticator } from '../../auth/tokens/token-authenticator.js';
import { CLOSE_REASONS, closeReason } from '../gateway/close-codes.js';
import type { Connection } from '../connection/connection.js';
import type { Opening } from '../gateway/gateway.js';

/**
 * Decides whether an open socket may stay open. Reads the user from the database again, then asks the gateway whether the user
 * may still open the path.
 */
@Injectable()
export class AccessCheck {
  constructor(private readonly tokens: TokenAuthenticator) {}

  /**
   * Closes the socket unless it may stay open. If the database does not answer, the socket is closed with 1013, and the next
   * handshake decides.
   */
  async check(connection: Connection): Promise<void> {
    const { principal } = connection;
    if (!principal || !connection.isOpen) return;
    try {
      await this.readmit(connection, await this.tokens.refresh(principal));
    } catch (error) {
      connection.closeFor(error);
    }
  }

  /**
   * Gives the socket a new principal of the same user, if the gateway still admits the user. If the streams or groups of the
   * socket would now differ, for example because the role has changed, the socket is closed with 4203, so that the client
   * reconnects with the new rights. Throws the gateway's error if the user is rejected.
   */
  async readmit(connection: Connection, principal: Principal): Promise<void> {
    const opening = await connection.gateway.instance.open({ principal, params: connection.params });
    connection.principal = principal;
    if (subscriptionsOf(opening) !== connection.groups.join(' ')) {
      connection.close(closeReason(CLOSE_REASONS.tokenExpired.code, 'the rights of the user have changed'));
    }
  }
}

function subscriptionsOf({ streams, groups = [] }: Opening): string {
  return [...streams, ...groups].join(' ');
}
