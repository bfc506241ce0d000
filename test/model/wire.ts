import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { Outbound } from '../../src/realtime/connection/outbound.js';
import { Connection } from '../../src/realtime/connection/connection.js';
import type { Encoding } from '../../src/realtime/encoding/encoding.js';
import type { ServedGateway } from '../../src/realtime/gateway/served-gateway.js';

const LIMIT_BYTES = 500;

/** A TCP connection whose reader may stop reading. When the connection breaks, unread data is lost. */
export class Wire extends EventEmitter {
  destroyed = false;
  bytesWritten = 0;
  writableLength = 0;
  private stalled = false;
  private ending = false;
  private queue: Buffer[] = [];
  private flushed: (() => void)[] = [];

  constructor(private readonly arrive: (bytes: Buffer) => void) {
    super();
    this.setMaxListeners(0);
  }

  get writable(): boolean {
    return !this.destroyed;
  }

  write(bytes: Buffer, callback?: () => void): void {
    if (this.stalled && callback) this.flushed.push(callback);
    else if (callback) queueMicrotask(callback);
    if (this.destroyed) return;
    this.bytesWritten += bytes.length;
    if (this.stalled) {
      this.queue.push(bytes);
      this.writableLength += bytes.length;
    } else {
      this.arrive(bytes);
    }
  }

  stall(): void {
    this.stalled = true;
  }

  flow(): void {
    this.stalled = false;
    const queue = this.queue;
    this.queue = [];
    this.writableLength = 0;
    for (const bytes of queue) this.arrive(bytes);
    this.callBack();
    if (this.ending) this.destroy();
  }

  finish(): void {
    this.ending = true;
    if (!this.stalled) this.destroy();
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.queue = [];
    this.emit('close');
    this.callBack();
  }

  private callBack(): void {
    const { flushed } = this;
    this.flushed = [];
    for (const callback of flushed) queueMicrotask(callback);
  }
}

/** A connection on a wire, with the real outbound limit. */
export class WireConnection extends Connection {
  readonly answersPings = false;

  constructor(
    gateway: ServedGateway,
    readonly encoding: Encoding,
    readonly wire: Wire,
  ) {
    super(gateway, {}, new Outbound(wire as unknown as Socket, LIMIT_BYTES));
    wire.once('close', () => {
      this.closed();
    });
  }

  ping(): void {
    return;
  }

  terminate(): void {
    this.wire.destroy();
  }

  protected get isConnected(): boolean {
    return !this.wire.destroyed;
  }

  protected end(): void {
    this.wire.finish();
  }
}

/** Splits the bytes of either encoding into whole messages. */
export function parseFrames(encoding: Encoding, bytes: Buffer): Record<string, unknown>[] {
  if (encoding.name === 'event-stream') return parseEvents(bytes.toString());
  const messages: Record<string, unknown>[] = [];
  for (let at = 0; at < bytes.length;) {
    const short = (bytes[at + 1] ?? 0) & 0x7f;
    const start = at + (short === 126 ? 4 : 2);
    const length = short === 126 ? bytes.readUInt16BE(at + 2) : short;
    // A ping between messages has no payload.
    if (length > 0) messages.push(JSON.parse(bytes.toString('utf8', start, start + length)) as Record<string, unknown>);
    at = start + length;
  }
  return messages;
}

function parseEvents(text: string): Record<string, unknown>[] {
  return text
    .split('\n\n')
    .filter((event) => event.includes('data: '))
    .map((event) => {
      const message = JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? '') as Record<string, unknown>;
      const id = /^id: (.*)$/m.exec(event)?.[1];
      if (id !== undefined && id !== message.position) throw new Error(`id ${id} of ${JSON.stringify(message)}`);
      return message;
    });
}
