import { Injectable } from '@nestjs/common';
import { OwnTokens, WEBSOCKET_TOKEN_LIFE } from './own-tokens.js';
import type { Principal } from './principal.js';

export interface WebSocketToken {
  readonly token: string;
  /** Seconds. */
  readonly expiresIn: number;
}

/** Tokens that open sockets and nothing else, so that one in a URL or a log can't be used on the REST API. */
@Injectable()
export class WebSocketTokens {
  constructor(private readonly ownTokens: OwnTokens) {}

  /** It ends with the principal's session, where there is one. */
  async issue(principal: Principal): Promise<WebSocketToken> {
    return { token: await this.ownTokens.sign('websocket', principal), expiresIn: WEBSOCKET_TOKEN_LIFE };
  }
}
