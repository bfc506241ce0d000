import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Principal } from '../../auth/principal/principal.js';
import { loggable } from '../../errors/loggable.js';
import { toServiceError } from '../../errors/to-service-error.js';
import { stringifyExact } from '../../exact-json/exact-json.js';
import { CLOSE_REASONS, closeReason, disconnectMessage } from '../gateway/close-codes.js';
import type { CloseReason } from '../gateway/close-codes.js';
import type { Encoding } from '../encoding/encoding.js';
import type { ServerMessage } from '../gateway/gateway.js';
import type { Outbound } from './outbound.js';
import type { ErrorMessage } from '../gateway/realtime.messages.js';
import type { ServedGateway } from '../gateway/served-gateway.js';

const NODE = randomUUID().slice(0, 8);
/** How long a peer may take to answer our close frame before the socket is cut. */
const CLOSE_GRACE_MS = 3_000;
let opened = 0;

/** What a client may give as `request_id`; a bigint for an integer that a number cannot hold. */
export type RequestId = string | number | bigint;

/** What a message carries so that its sender's own copy answers the request, on whatever node that is. */
export interface RequestMarker {
  readonly connection: string;
  readonly request_id: RequestId;
  readonly [key: string]: RequestId;
}

/** Where messages for many wait for the end of a turn. */
export interface SharedQueue {
  /** Sends what this connection still has to get from it. */
  flushFor(connection: Connection): void;
}

/** One open connection, as gateways and their handlers see it: a WebSocket, or an event stream that only listens. */
export abstract class Connection {
  private static readonly logger = new Logger('Connection');
  readonly id = `${NODE}-${String((opened += 1))}`;
  principal: Principal | null = null;
  /** The gateway's own, from `Opening.state`. */
  state: unknown = undefined;
  /** The streams and groups it hears. */
  groups: readonly string[] = [];
  /** `request_id` of the message being handled. */
  requestId: RequestId | undefined;
  /** Flushed before an answer is written, so that what was sent earlier leaves earlier. */
  queue: SharedQueue | null = null;
  /** For the audience: gets messages as they come. */
  isLive = false;
  /** For the audience: its place among the members. */
  place = -1;
  private closeCallbacks: (() => void)[] = [];
  private answered = false;
  private closing = false;

  constructor(
    readonly gateway: ServedGateway,
    readonly params: Readonly<Record<string, string>>,
    readonly outbound: Outbound,
  ) {}

  /** How messages become bytes here. */
  abstract readonly encoding: Encoding;
  /** Whether the peer answers a ping. */
  abstract readonly answersPings: boolean;
  abstract ping(): void;
  /** Cuts the connection. */
  abstract terminate(): void;
  protected abstract readonly isConnected: boolean;
  /** Begins the end that the transport has for this, after the `disconnect` message. */
  protected abstract end(reason: CloseReason): void;

  get isOpen(): boolean {
    return !this.closing && this.isConnected;
  }

  /** Calls back when the connection is gone, however it ended. */
  onceClosed(callback: () => void): void {
    this.closeCallbacks.push(callback);
  }

  /** For the transport: the connection is gone. */
  closed(): void {
    const callbacks = this.closeCallbacks;
    this.closeCallbacks = [];
    for (const callback of callbacks) callback();
  }

  /** Sends a message to this client alone. A client that reads nothing and keeps asking is closed (4101). */
  send(message: ServerMessage): void {
    if (!this.isOpen) return;
    this.queue?.flushFor(this);
    this.sendBytes(this.encode(message));
  }

  /** Bytes of `encoding`. */
  sendBytes(bytes: Buffer): void {
    if (this.isOpen && !this.outbound.write(bytes)) this.close(CLOSE_REASONS.tooSlow);
  }

  /** Answers the message being handled: `request_id` goes back with it. */
  answer(message: ServerMessage): void {
    this.answered = true;
    this.send(this.requestId === undefined ? message : { ...message, request_id: this.requestId });
  }

  /** Answers the message being handled with an `error` frame. */
  fail(error: unknown): void {
    const known = toServiceError(error);
    if (known.code === 'internal') Connection.logger.error(loggable(known.cause ?? known));
    this.answer({
      type: 'error',
      code: known.row.frameCode,
      message: known.detail,
      ...(known.errors.length > 0 && { errors: known.errors }),
    } satisfies ErrorMessage);
  }

  /**
   * For a handler whose answer is the durable message it causes (chat): put this into the group message as `request`, and
   * the sender's copy of it gets the `request_id`. Null when the client gave none.
   */
  takeRequest(): RequestMarker | null {
    if (this.requestId === undefined) return null;
    this.answered = true;
    return { connection: this.id, request_id: this.requestId };
  }

  /** For the inbox: a message begins. */
  beginRequest(requestId: RequestId | undefined): void {
    this.requestId = requestId;
    this.answered = false;
  }

  /** For the inbox: a message was handled; a client that gave a `request_id` is always answered. */
  endRequest(): void {
    if (!this.answered && this.requestId !== undefined) this.answer({ type: 'accepted' });
    this.requestId = undefined;
  }

  /** `disconnect` message, then the transport's own end; cut after three seconds if the peer does not answer. */
  close(reason: CloseReason): void {
    if (this.closing) return;
    this.queue?.flushFor(this);
    this.closing = true;
    if (this.isConnected) {
      this.outbound.force(this.encode(disconnectMessage(reason)));
      this.end(reason);
    }
    setTimeout(() => {
      this.terminate();
    }, CLOSE_GRACE_MS).unref();
  }

  /** A message as this connection carries it. */
  encode(message: ServerMessage): Buffer {
    return this.encoding.plain({ type: message.type, json: stringifyExact(message) });
  }

  /** Ends the connection for an error of the handshake or of a handler that concerns the whole socket. */
  closeFor(error: unknown): void {
    const known = toServiceError(error);
    if (known.code === 'internal') {
      Connection.logger.error(loggable(known.cause ?? known));
      this.close(CLOSE_REASONS.internal);
    } else {
      this.close(closeReason(known.row.closeCode, known.detail));
    }
  }
}
