import { request } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { expect } from '@jest/globals';
import { parseExact } from '../../../src/exact-json/exact-json.js';
import { Mailbox } from './mailbox.js';

/** One Server-Sent Event as received. */
export interface StreamEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface StreamOptions {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly since?: string;
  /** Message types that the story ignores. */
  readonly ignore?: readonly string[];
}

/** An event stream, for stories. */
export class EventStreamClient {
  private readonly mailbox = new Mailbox<StreamEvent>();
  private rest = '';

  constructor(
    private readonly asked: ClientRequest,
    readonly answer: IncomingMessage,
    ignored: ReadonlySet<string>,
  ) {
    answer.setEncoding('utf8');
    answer.on('data', (text: string) => {
      for (const event of this.parse(text)) if (!ignored.has(event.event)) this.mailbox.put(event);
    });
    answer.on('error', () => undefined);
    answer.on('close', () => {
      this.mailbox.end('the stream ended');
    });
  }

  /** Takes the next event, which must have this type and matching data. */
  async expectEvent(type: string, data: Readonly<Record<string, unknown>> = {}): Promise<StreamEvent> {
    const event = await this.mailbox.take(type);
    expect(event).toMatchObject({ event: type, data: { type, ...data } });
    expect(event.id).toBe(
      event.data.position === undefined || type === 'connection_established' ? undefined : event.data.position,
    );
    return event;
  }

  async ended(): Promise<void> {
    if (!this.answer.closed) await new Promise((resolve) => this.answer.once('close', resolve));
  }

  close(): void {
    this.asked.destroy();
  }

  private parse(text: string): StreamEvent[] {
    const blocks = (this.rest + text).split('\n\n');
    this.rest = blocks.pop() ?? '';
    return blocks.flatMap((block) => {
      const fields = new Map(
        block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      );
      const data = fields.get('data');
      if (data === undefined) return [];
      return [
        { id: fields.get('id'), event: fields.get('event') ?? '', data: parseExact(data) as StreamEvent['data'] },
      ];
    });
  }
}

/** Opens a stream. Rejects with the status if the server rejects it. */
export async function openStream(url: string, options: StreamOptions = {}): Promise<EventStreamClient> {
  const address = new URL(url);
  if (options.token !== undefined) address.searchParams.set('token', options.token);
  if (options.since !== undefined) address.searchParams.set('since', options.since);
  const asked = request(address, { headers: { accept: 'text/event-stream', ...options.headers } });
  asked.on('error', () => undefined);
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    asked.once('response', resolve).once('error', reject).end();
  });
  if (answer.statusCode !== 200) {
    answer.resume();
    throw new Error(`refused with ${String(answer.statusCode)}`);
  }
  return new EventStreamClient(asked, answer, new Set(options.ignore));
}
