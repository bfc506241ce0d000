import { Injectable } from '@nestjs/common';
import { OwnTokens, WEBSOCKET_TOKEN_LIFE } from './own-tokens.js';
import type { Principal } from '../principal/principal.js';

export interface WebSocketToken {
  readonly token: string;
  /** Seconds. */
  readonly expiresIn: number;
}

/** Tokens that open sockets and nothing else, so that one in a URL or a log can't be used on the REST API. */
@Injectable()
export class WebSocketTokens {
  constructor(private readonly ownTokens: OwnTokens) {}

  /**
   * The token ends with the principal's session. A principal without one has the token of an outside issuer; the new token expires
   * no later than that.
   */
  async issue(principal: Principal): Promise<WebSocketToken> {
    const left = Math.floor((principal.expiresAt - Date.now()) / 1_000);
    const expiresIn =
      principal.sessionId === null ? Math.max(1, Math.min(WEBSOCKET_TOKEN_LIFE, left)) : WEBSOCKET_TOKEN_LIFE;
    return { token: await this.ownTokens.sign('websocket', principal, undefined, expiresIn), expiresIn };
  }
}
