import { Injectable } from '@nestjs/common';
import { OwnTokens, WEBSOCKET_TOKEN_LIFE } from './own-tokens.js';
import type { Principal } from '../principal/principal.js';

export interface WebSocketToken {
  readonly token: string;
  /** Seconds. */
  readonly expiresIn: number;
}

/** Issues tokens that only open sockets, so that a token from a URL or a log cannot be used on the REST API. */
@Injectable()
export class WebSocketTokens {
  constructor(private readonly ownTokens: OwnTokens) {}

  /**
   * The token is valid only while the principal's session is open. A principal without a session has a token of an outside issuer;
   * then the new token expires no later than that token.
   */
  async issue(principal: Principal): Promise<WebSocketToken> {
    const left = Math.floor((principal.expiresAt - Date.now()) / 1_000);
    const expiresIn =
      principal.sessionId === null ? Math.max(1, Math.min(WEBSOCKET_TOKEN_LIFE, left)) : WEBSOCKET_TOKEN_LIFE;
    return { token: await this.ownTokens.sign('websocket', principal, undefined, expiresIn), expiresIn };
  }
}
