import type { WebSocket } from 'ws';
import type { CloseReason } from '../gateway/close-codes.js';
import { Connection } from './connection.js';
import type { Encoding } from '../encoding/encoding.js';
import { PING_FRAME } from '../encoding/frame.js';
import type { Outbound } from './outbound.js';
import type { ServedGateway } from '../gateway/served-gateway.js';

/** A connection over a WebSocket. */
export class WebSocketConnection extends Connection {
  readonly answersPings = true;

  constructor(
    gateway: ServedGateway,
    params: Readonly<Record<string, string>>,
    readonly webSocket: WebSocket,
    readonly encoding: Encoding,
    outbound: Outbound,
  ) {
    super(gateway, params, outbound);
  }

  ping(): void {
    this.outbound.force(PING_FRAME);
  }

  terminate(): void {
    this.webSocket.terminate();
  }

  protected get isConnected(): boolean {
    return this.webSocket.readyState === this.webSocket.OPEN;
  }

  protected end({ code, reason }: CloseReason): void {
    this.outbound.finish();
    this.webSocket.close(code, reason);
  }
}
