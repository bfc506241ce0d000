import type { Socket } from 'node:net';
import type { CloseReason } from '../gateway/close-codes.js';
import { Connection } from './connection.js';
import { EVENT_STREAM_ENCODING } from '../encoding/encoding.js';
import type { Outbound } from './outbound.js';
import type { ServedGateway } from '../gateway/served-gateway.js';

/** A comment line: keeps proxies from thinking the connection dead, and finds out when it is. */
const PING = Buffer.from(': ping\n\n');

/** Server-Sent Events on a connection whose answer head was sent; it ends with the connection. */
export class EventStreamConnection extends Connection {
  readonly encoding = EVENT_STREAM_ENCODING;
  readonly answersPings = false;
  private readonly onSocketClose = (): void => {
    this.closed();
  };

  constructor(
    gateway: ServedGateway,
    params: Readonly<Record<string, string>>,
    private readonly socket: Socket,
    outbound: Outbound,
  ) {
    super(gateway, params, outbound);
    socket.once('close', this.onSocketClose);
  }

  /** It never became a stream. The TCP connection may go on with other requests, so its end must not end this once more. */
  refused(): void {
    this.socket.off('close', this.onSocketClose);
    this.closed();
  }

  ping(): void {
    this.outbound.force(PING);
  }

  terminate(): void {
    this.socket.destroy();
  }

  protected get isConnected(): boolean {
    return !this.socket.destroyed && this.socket.writable;
  }

  protected end({ retryAfterMs }: CloseReason): void {
    // EventSource comes back by itself; this tells it when.
    if (retryAfterMs > 0) this.outbound.force(Buffer.from(`retry: ${String(retryAfterMs)}\n\n`));
    this.outbound.finish();
    this.socket.end();
  }
}
