import type { Settings } from '../config/settings.js';
import { ServiceError } from '../errors/service-error.js';
import { requireStorableText } from '../errors/storable-text.js';
import { CLOSE_REASONS } from './close-codes.js';
import type { ServerMessage } from './gateway.js';
import { MessageRate } from './message-rate.js';
import type { PongMessage } from './realtime.messages.js';
import type { Reauthentication } from './reauthentication.js';
import type { WebSocketConnection } from './web-socket-connection.js';

/** Messages that may wait before the socket is no longer read from. */
const PAUSE_AT = 32;

interface ClientMessage {
  readonly type: string;
  readonly request_id?: unknown;
  readonly [member: string]: unknown;
}

/**
 * What one client says, handled one message after the other, and none before the handshake is done. While a message is
 * being handled the socket is not read beyond a few more, so a fast client fills its own buffers and not ours.
 */
export class Inbox {
  private readonly waiting: (string | null)[] = [];
  private readonly rate: MessageRate;
  private refused = 0;
  private open = false;
  private running: Promise<void> | undefined;

  constructor(
    private readonly connection: WebSocketConnection,
    private readonly reauthentication: Reauthentication,
    private readonly settings: Settings,
  ) {
    this.rate = new MessageRate(settings.messageRate, settings.messageBurst, Date.now());
  }

  /** The handshake is done: what waited is handled now. */
  start(): void {
    this.open = true;
    this.run();
  }

  /** A text message, or null for a binary one. */
  receive(text: string | null): void {
    if (!this.connection.isOpen) return;
    if (!this.rate.take(Date.now())) {
      this.refuse();
      return;
    }
    this.refused = 0;
    this.waiting.push(text);
    if (this.waiting.length >= PAUSE_AT) this.connection.webSocket.pause();
    this.run();
  }

  /** Resolves when no message is being handled. */
  async idle(): Promise<void> {
    await this.running;
  }

  /** A client that goes on and on past the limit is closed. */
  private refuse(): void {
    this.refused += 1;
    if (this.refused > this.settings.messageBurst) {
      this.connection.close(CLOSE_REASONS.rateLimited);
      return;
    }
    this.connection.send({
      type: 'error',
      code: 'rate_limited',
      message: `more than ${String(this.settings.messageRate)} messages a second`,
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
      await this.handle(this.waiting.shift() as string | null);
      if (this.waiting.length === 0 && this.connection.webSocket.isPaused) this.connection.webSocket.resume();
    }
  }

  private async handle(text: string | null): Promise<void> {
    this.connection.beginRequest(undefined);
    try {
      const message = parse(text);
      this.connection.beginRequest(requestIdOf(message));
      await this.dispatch(message);
    } catch (error) {
      this.connection.fail(error);
    }
    this.connection.endRequest();
  }

  private async dispatch(message: ClientMessage): Promise<void> {
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
      throw new ServiceError('unknown_type', `no message type '${message.type.slice(0, 100)}' here`);
    await bound.transform(handler.callback(message)).forEach((answer) => {
      if (isServerMessage(answer)) this.connection.answer(answer);
    });
  }
}

function parse(text: string | null): ClientMessage {
  if (text === null) throw new ServiceError('invalid_message', 'binary messages are not understood, send JSON text');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ServiceError('invalid_json', 'the message is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ServiceError('invalid_message', 'a message is a JSON object');
  }
  if (typeof (value as { type?: unknown }).type !== 'string') {
    throw new ServiceError('invalid_message', 'a message has a type', {
      errors: [{ pointer: '#/type', detail: 'must be a string' }],
    });
  }
  return value as ClientMessage;
}

function requestIdOf(message: ClientMessage): string | number | undefined {
  const id = message.request_id;
  // It is stored with the chat message that answers it.
  requireStorableText({ request_id: id });
  return (typeof id === 'string' && id.length <= 200) || typeof id === 'number' ? id : undefined;
}

function pong(message: ClientMessage): PongMessage {
  const server_time = new Date().toISOString();
  return message.timestamp === undefined
    ? { type: 'pong', server_time }
    : { type: 'pong', timestamp: message.timestamp, server_time };
}

function isServerMessage(answer: unknown): answer is ServerMessage {
  return typeof answer === 'object' && answer !== null && typeof (answer as { type?: unknown }).type === 'string';
}
