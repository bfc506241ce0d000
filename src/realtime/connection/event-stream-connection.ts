import type { Socket } from 'node:net';
import type { CloseReason } from '../gateway/close-codes.js';
import { Connection } from './connection.js';
import { EVENT_STREAM_ENCODING } from '../encoding/encoding.js';
import type { Outbound } from './outbound.js';
import type { ServedGateway } from '../gateway/served-gateway.js';

/** A comment line. It keeps proxies from closing an idle connection, and reveals a broken one. */
const PING = Buffer.from(': ping\n\n');

/** Sends Server-Sent Events after the head of an HTTP response, which ends with the connection. */
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

  /**
   * Ends a connection that was rejected before the stream started. The TCP connection may serve further requests, so its close
   * event must not call `closed` again.
   */
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
    // EventSource reconnects by itself, after the time in `retry`.
    if (retryAfterMs > 0) this.outbound.force(Buffer.from(`retry: ${String(retryAfterMs)}\n\n`));
    this.outbound.finish();
    this.socket.end();
  }
}
