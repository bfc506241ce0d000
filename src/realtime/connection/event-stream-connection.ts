import type { Socket } from 'node:net';
import type { CloseReason } from '../gateway/close-codes.js';
import { Connection } from './connection.js';
import { EVENT_STREAM_ENCODING } from '../encoding/encoding.js';
import type { Outbound } from './outbound.js';
import type { ServedGateway } from '../gateway/served-gateway.js';

/** A comment line. It keeps proxies from closing an idle connection, and reveals a broken one. */
const PING = Buffer.from(': ping\n\n');

/** The connection of the HTTP response. */
export interface EventStreamTransport {
  readonly socket: Socket;
  readonly outbound: Outbound;
  /** Sends the head of the response. Called once, before the first event. */
  readonly sendHead: () => void;
}

/** Sends Server-Sent Events after the head of an HTTP response, which ends with the connection. */
export class EventStreamConnection extends Connection {
  readonly encoding = EVENT_STREAM_ENCODING;
  readonly answersPings = false;
  private readonly onSocketClose = (): void => {
    this.closed();
  };

  private readonly socket: Socket;
  private hasStarted = false;

  constructor(
    gateway: ServedGateway,
    params: Readonly<Record<string, string>>,
    private readonly transport: EventStreamTransport,
  ) {
    super(gateway, params, transport.outbound);
    this.socket = transport.socket;
    this.socket.once('close', this.onSocketClose);
  }

  /** Starts the stream, once the connection is admitted. */
  start(): void {
    if (this.hasStarted) return;
    this.hasStarted = true;
    this.transport.sendHead();
  }

  /** Also for a connection that was not admitted yet: starts the stream, so that the client receives the reason. */
  override close(reason: CloseReason): void {
    if (this.isOpen) this.start();
    super.close(reason);
  }

  /**
   * Ends a connection that was rejected before the stream started. The TCP connection may serve further requests, so its close
   * event must not call `closed` again.
   */
  rejected(): void {
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
