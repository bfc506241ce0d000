import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Principal } from '../../auth/principal/principal.js';
import { loggable } from '../../errors/error/loggable.js';
import { toServiceError } from '../../errors/error/to-service-error.js';
import { stringifyExact } from '../../exact-json/exact-json.js';
import { CLOSE_REASONS, closeReason, disconnectMessage } from '../gateway/close-codes.js';
import type { CloseReason } from '../gateway/close-codes.js';
import type { Encoding } from '../encoding/encoding.js';
import type { ServerMessage } from '../gateway/gateway.js';
import type { Outbound } from './outbound.js';
import type { ErrorMessage } from '../gateway/realtime.messages.js';
import type { ServedGateway } from '../gateway/served-gateway.js';

const NODE = randomUUID().slice(0, 8);
/** How long a peer may take to answer our close frame before the socket is terminated. */
const CLOSE_GRACE_MS = 3_000;
let opened = 0;

/** A `request_id` from a client. An integer that a number cannot hold is a bigint. */
export type RequestId = string | number | bigint;

/** Marks a message as the answer to a request: the sender's own copy gets the `request_id`, on whichever node the sender is. */
export interface RequestMarker {
  readonly connection: string;
  readonly request_id: RequestId;
  readonly [key: string]: RequestId;
}

/** A queue of messages for several connections, written at the end of a turn of the event loop. */
export interface SharedQueue {
  /** Flushes the messages queued for this connection. */
  flushFor(connection: Connection): void;
}

/** One open connection, as gateways and their handlers see it: a WebSocket, or an event stream, which only receives. */
export abstract class Connection {
  private static readonly logger = new Logger('Connection');
  readonly id = `${NODE}-${String((opened += 1))}`;
  principal: Principal | null = null;
  /** The gateway's own state, from `Opening.state`. */
  state: unknown = undefined;
  /** The streams and groups that the connection subscribes to. */
  groups: readonly string[] = [];
  /** The `request_id` of the message that is being handled. */
  requestId: RequestId | undefined;
  /** Flushed before an answer is written, so that messages leave in the order in which they were sent. */
  queue: SharedQueue | null = null;
  /** For the audience: whether the connection receives live messages. */
  isLive = false;
  /** For the audience: the index among the members. */
  memberIndex = -1;
  private closeCallbacks: (() => void)[] = [];
  private answered = false;
  private closing = false;

  constructor(
    readonly gateway: ServedGateway,
    readonly params: Readonly<Record<string, string>>,
    readonly outbound: Outbound,
  ) {}

  /** How messages are encoded on this connection. */
  abstract readonly encoding: Encoding;
  /** Whether the peer answers a ping. */
  abstract readonly answersPings: boolean;
  abstract ping(): void;
  /** Closes the connection at once, without a close handshake. */
  abstract terminate(): void;
  protected abstract readonly isConnected: boolean;
  /** Starts the transport's own way of closing, after the `disconnect` message. */
  protected abstract end(reason: CloseReason): void;

  get isOpen(): boolean {
    return !this.closing && this.isConnected;
  }

  /** Calls back when the connection has closed, for whatever reason. */
  onceClosed(callback: () => void): void {
    this.closeCallbacks.push(callback);
  }

  /** Called by the transport when the connection has closed. */
  closed(): void {
    const callbacks = this.closeCallbacks;
    this.closeCallbacks = [];
    for (const callback of callbacks) callback();
  }

  /** Sends a message to this client alone. If its outbound queue is full, the connection is closed (4101). */
  send(message: ServerMessage): void {
    if (!this.isOpen) return;
    this.queue?.flushFor(this);
    this.sendBytes(this.encode(message));
  }

  /** Like `send`, for bytes made by `encoding`. */
  sendBytes(bytes: Buffer): void {
    if (this.isOpen && !this.outbound.write(bytes)) this.close(CLOSE_REASONS.tooSlow);
  }

  /** Answers the message that is being handled, with its `request_id`. */
  answer(message: ServerMessage): void {
    this.answered = true;
    this.send(this.requestId === undefined ? message : { ...message, request_id: this.requestId });
  }

  /** Answers the message that is being handled with an `error` frame. */
  fail(error: unknown): void {
    const serviceError = toServiceError(error);
    if (serviceError.code === 'internal') Connection.logger.error(loggable(serviceError.cause ?? serviceError));
    this.answer({
      type: 'error',
      code: serviceError.row.frameCode,
      message: serviceError.detail,
      ...(serviceError.errors.length > 0 && { errors: serviceError.errors }),
    } satisfies ErrorMessage);
  }

  /**
   * For a handler whose answer is a durable message that it appends. Put the result into the group message as `request`,
   * so that the sender's copy gets the `request_id`. Returns null if the client sent no `request_id`.
   */
  takeRequest(): RequestMarker | null {
    if (this.requestId === undefined) return null;
    this.answered = true;
    return { connection: this.id, request_id: this.requestId };
  }

  /** Called by the inbox before a message is handled. */
  beginRequest(requestId: RequestId | undefined): void {
    this.requestId = requestId;
    this.answered = false;
  }

  /** Called by the inbox after a message was handled. A client that sent a `request_id` always gets an answer. */
  endRequest(): void {
    if (!this.answered && this.requestId !== undefined) this.answer({ type: 'accepted' });
    this.requestId = undefined;
  }

  /**
   * Sends the `disconnect` message, then closes the transport. Terminates the connection after three seconds if the peer does
   * not answer.
   */
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

  /** Encodes a message for this connection. */
  encode(message: ServerMessage): Buffer {
    return this.encoding.plain({ type: message.type, json: stringifyExact(message) });
  }

  /** Closes the connection because of an error of the handshake, or of a handler error that concerns the whole socket. */
  closeFor(error: unknown): void {
    const serviceError = toServiceError(error);
    if (serviceError.code === 'internal') {
      Connection.logger.error(loggable(serviceError.cause ?? serviceError));
      this.close(CLOSE_REASONS.internal);
    } else {
      this.close(closeReason(serviceError.row.closeCode, serviceError.detail));
    }
  }
}
