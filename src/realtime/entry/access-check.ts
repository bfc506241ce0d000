import { Injectable } from '@nestjs/common';
import type { Principal } from '../../auth/principal/principal.js';
import { TokenAuthenticator } from '../../auth/tokens/token-authenticator.js';
import { CLOSE_REASONS, closeReason } from '../gateway/close-codes.js';
import type { Connection } from '../connection/connection.js';
import type { Opening } from '../gateway/gateway.js';

/** Whether an open socket may stay open: asks the database who the user is now, and the gateway whether they may be here. */
@Injectable()
export class AccessCheck {
  constructor(private readonly tokens: TokenAuthenticator) {}

  /**
   * Closes the socket unless it may stay open. If the database does not answer, it is closed as well, with 1013: the next handshake
   * decides.
   */
  async check(connection: Connection): Promise<void> {
    const { principal } = connection;
    if (!principal || !connection.isOpen) return;
    try {
      await this.admit(connection, await this.tokens.refresh(principal));
    } catch (error) {
      connection.closeFor(error);
    }
  }

  /**
   * Gives the socket a new principal of the same user, after the gateway was asked again. What the socket would hear may have
   * changed with the role: it is then closed with 4203, to come back as what it is now. Throws the gateway's refusal.
   */
  async admit(connection: Connection, principal: Principal): Promise<void> {
    const opening = await connection.gateway.instance.open({ principal, params: connection.params });
    connection.principal = principal;
    if (hears(opening) !== connection.groups.join(' ')) {
      connection.close(closeReason(CLOSE_REASONS.tokenExpired.code, 'the rights of the user have changed'));
    }
  }
}

function hears({ streams, groups = [] }: Opening): string {
  return [...streams, ...groups].join(' ');
}
