import type { Settings } from '../../config/settings.js';
import { ServiceError } from '../../errors/error/service-error.js';
import { CLOSE_REASONS } from '../gateway/close-codes.js';
import type { ServerMessage } from '../gateway/gateway.js';
import { frameText, parseMessage, pong, requestIdOf } from './inbound-message.js';
import type { InboundMessage } from './inbound-message.js';
import { MessageRate } from './message-rate.js';
import type { Reauthentication } from '../admission/reauthentication.js';
import type { WebSocketConnection } from '../connection/web-socket-connection.js';

/** The number of waiting messages at which reading from the socket is paused. */
const PAUSE_AT = 32;

/**
 * Handles the messages of one client in order, one at a time, once the handshake is complete. If several messages are waiting,
 * reading from the socket is paused, so that a fast client fills its own buffers and not ours.
 */
export class Inbox {
  /** Message texts, and errors in place of frames that are not text. */
  private readonly waiting: (string | ServiceError)[] = [];
  private readonly rate: MessageRate;
  private rejected = 0;
  private open = false;
  private running: Promise<void> | undefined;

  constructor(
    private readonly connection: WebSocketConnection,
    private readonly reauthentication: Reauthentication,
    private readonly settings: Settings,
  ) {
    this.rate = new MessageRate(settings.sockets.messageRate, settings.sockets.messageBurst, Date.now());
  }

  /** Starts handling messages when the handshake is complete. */
  start(): void {
    this.open = true;
    this.run();
  }

  /** Takes a message received by the socket. */
  receive(data: Buffer, isBinary: boolean): void {
    if (!this.connection.isOpen) return;
    if (!this.takeFrame()) {
      this.answerRateLimited();
      return;
    }
    this.waiting.push(frameText(data, isBinary));
    if (this.waiting.length >= PAUSE_AT) this.connection.webSocket.pause();
    this.run();
  }

  /** Resolves when no message is being handled. */
  async idle(): Promise<void> {
    await this.running;
  }

  /**
   * Counts a frame, including pings and pongs, against the rate limit. Returns false if the limit is exceeded. A client that
   * continues is closed.
   */
  takeFrame(): boolean {
    if (this.rate.take(Date.now())) {
      this.rejected = 0;
      return true;
    }
    this.rejected += 1;
    if (this.rejected > this.settings.sockets.messageBurst) this.connection.close(CLOSE_REASONS.rateLimited);
    return false;
  }

  private answerRateLimited(): void {
    this.connection.send({
      type: 'error',
      code: 'rate_limited',
      message: `more than ${String(this.settings.sockets.messageRate)} messages a second`,
    });
  }

  private run(): void {
    if (!this.open || this.running || this.waiting.length === 0) return;
    this.running = this.handleAll().finally(() => {
      this.running = undefined;
    });
  }

  private async handleAll(): Promise<void> {
    while (this.waiting.length > 0 && this.connection.isOpen) {
      await this.handle(this.waiting.shift() as string | ServiceError);
      if (this.waiting.length === 0 && this.connection.webSocket.isPaused) this.connection.webSocket.resume();
    }
  }

  private async handle(text: string | ServiceError): Promise<void> {
    this.connection.beginRequest(undefined);
    try {
      if (typeof text !== 'string') throw text;
      const message = parseMessage(text);
      this.connection.beginRequest(requestIdOf(message));
      await this.dispatch(message);
    } catch (error) {
      this.connection.fail(error);
    }
    this.connection.endRequest();
  }

  private async dispatch(message: InboundMessage): Promise<void> {
    if (message.type === 'ping') {
      this.connection.answer(pong(message));
      return;
    }
    if (message.type === 'authenticate' && this.connection.gateway.instance.authentication !== 'none') {
      await this.reauthentication.renew(this.connection, message.token);
      return;
    }
    const bound = this.connection.gateway.handlersFor(this.connection);
    const handler = bound?.handlers.get(message.type);
    if (!bound || !handler)
      throw new ServiceError('unknown_type', `unknown message type '${message.type.slice(0, 100)}' on this endpoint`);
    await bound.transform(handler.callback(message)).forEach((answer) => {
      if (isServerMessage(answer)) this.connection.answer(answer);
    });
  }
}

function isServerMessage(answer: unknown): answer is ServerMessage {
  return typeof answer === 'object' && answer !== null && typeof (answer as { type?: unknown }).type === 'string';
}
