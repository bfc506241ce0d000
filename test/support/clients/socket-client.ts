import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { expect } from '@jest/globals';
import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';
import { parseExact, stringifyExact } from '../../../src/exact-json/exact-json.js';
import { Mailbox } from './mailbox.js';

/** A message as received. Specs name the members they read: `expectMessage<{ position: string }>('notification')`. */
export interface Frame {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** The type of the message, or an object that it must match (as in `toMatchObject`). */
export type Expected = string | (Record<string, unknown> & { readonly type?: string });

export interface OpenOptions {
  /** Sent as `?token=`. For other ways use `headers` and `protocols`. */
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocols?: readonly string[];
  readonly origin?: string;
  /** The position to resume from. */
  readonly since?: string;
  /**
   * Message types that the story ignores. Default: `presence`, which is sent whenever another user connects or
   * disconnects; stories about presence set `[]`.
   */
  readonly ignore?: readonly string[];
  readonly ws?: ClientOptions;
}

/** Codes without a preceding `disconnect` frame: closes by the protocol itself, and closes by the client. */
const WITHOUT_DISCONNECT = new Set([1000, 1002, 1005, 1006, 1007, 1009]);
const living = new Set<SocketClient>();

/** A WebSocket for stories: the test must expect every message, in order, or it fails. */
export class SocketClient {
  private readonly mailbox = new Mailbox<Frame>();
  private readonly closed: Promise<number>;
  private over = false;
  private handshake: IncomingHttpHeaders = {};

  constructor(
    readonly raw: WebSocket,
    ignored: ReadonlySet<string>,
  ) {
    living.add(this);
    // Not `once` of node:events, because it rejects on an error; `open` reports a socket that never opened.
    this.closed = new Promise((resolve) => raw.once('close', resolve));
    raw.on('message', (data, isBinary) => {
      const frame = isBinary ? { type: 'binary', data } : (parseExact((data as Buffer).toString()) as Frame);
      if (!ignored.has(frame.type)) this.mailbox.put(frame);
    });
    raw.on('close', (code) => {
      this.mailbox.end(`the socket closed with ${code}`);
    });
    raw.on('error', () => undefined);
    raw.on('upgrade', ({ headers }) => (this.handshake = headers));
  }

  /** The headers of the answer that opened the socket. */
  get headers(): IncomingHttpHeaders {
    return this.handshake;
  }

  /** The subprotocol that the server selected, or an empty string. */
  get protocol(): string {
    return this.raw.protocol;
  }

  /** Sends JSON; a string or bytes are sent unchanged. */
  send(message: object | string | Buffer): void {
    this.raw.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : stringifyExact(message));
  }

  /** Takes the next message, which must be the expected one. Waits for up to 45 seconds by default. */
  async expectMessage<T = unknown>(expected: Expected, deadlineMs?: number): Promise<Frame & T> {
    const frame = await this.mailbox.take(describe(expected), deadlineMs);
    expect(frame).toMatchObject(typeof expected === 'string' ? { type: expected } : expected);
    return frame as Frame & T;
  }

  /** Takes the next messages in any order. Returns them in the order of `expected`. */
  async expectMessages(...expected: readonly Expected[]): Promise<Frame[]> {
    const pool: Frame[] = [];
    for (const one of expected) pool.push(await this.mailbox.take(describe(one)));
    return expected.map((one) => {
      const index = pool.findIndex((frame) => looksLike(frame, one));
      if (index < 0) expect(pool).toContainEqual(typeof one === 'string' ? { type: one } : one);
      return pool.splice(index, 1)[0] as Frame;
    });
  }

  /** Checks that everything the server has sent so far has been read. */
  async expectNothing(): Promise<void> {
    await this.roundTrip();
    expect(this.mailbox.unread()).toEqual([]);
  }

  /**
   * Expects that the server closes the socket with this code, after a `disconnect` frame with the same code. Returns
   * that frame.
   */
  async expectClose(code: number): Promise<Frame | null> {
    const frame = WITHOUT_DISCONNECT.has(code) ? null : await this.expectMessage({ type: 'disconnect', code });
    expect(await this.mailbox.within(this.closed, `close with ${code}`)).toBe(code);
    this.over = true;
    expect(this.mailbox.unread()).toEqual([]);
    return frame;
  }

  /** Closes the socket normally. */
  async close(code = 1000): Promise<void> {
    this.over = true;
    if (this.raw.readyState === WebSocket.OPEN) this.raw.close(code);
    await this.mailbox.within(this.closed, 'the end of the socket');
  }

  /** Breaks the connection without a close frame, like a phone that loses its network. */
  terminate(): void {
    this.over = true;
    this.raw.terminate();
  }

  /** The unexpected messages, including those in transit, for the check after each test. */
  async leftovers(): Promise<readonly Frame[]> {
    await this.roundTrip();
    const unread = this.mailbox.unread();
    if (!this.over) await this.close();
    return unread;
  }

  /** The pong to a ping arrives after everything that the server wrote before it. */
  private async roundTrip(): Promise<void> {
    if (this.raw.readyState !== WebSocket.OPEN || this.raw.isPaused) return;
    const pong = once(this.raw, 'pong');
    this.raw.ping();
    await this.mailbox.within(Promise.race([pong, this.closed]), 'pong of the protocol');
  }
}

/** Opens a socket. Rejects if the server rejects the upgrade (see `expectHandshakeError`). */
export async function open(url: string, options: OpenOptions = {}): Promise<SocketClient> {
  const raw = connect(url, options);
  const client = new SocketClient(raw, new Set(options.ignore ?? ['presence']));
  await once(raw, 'open').catch((error: unknown) => {
    living.delete(client);
    throw error;
  });
  return client;
}

/** Expects that the upgrade is answered with this HTTP status. Returns the headers of the answer. */
export async function expectHandshakeError(
  url: string,
  status: number,
  options: OpenOptions = {},
): Promise<Readonly<Record<string, string | string[] | undefined>>> {
  const raw = connect(url, options);
  raw.on('error', () => undefined);
  const answer = await Promise.race([
    once(raw, 'unexpected-response').then(([, response]) => response as { statusCode: number; headers: object }),
    once(raw, 'open').then(() => ({ statusCode: 101, headers: {} })),
  ]);
  raw.terminate();
  expect(answer.statusCode).toBe(status);
  return answer.headers as Record<string, string>;
}

/** Closes every socket of the test. Throws if there were unexpected messages. */
export async function settleSockets(): Promise<void> {
  const clients = [...living];
  living.clear();
  const unread = await Promise.all(clients.map((client) => client.leftovers()));
  expect(unread.flat()).toEqual([]);
}

function connect(url: string, options: OpenOptions): WebSocket {
  const address = new URL(url.replace(/^http/, 'ws'));
  if (options.token !== undefined) address.searchParams.set('token', options.token);
  if (options.since !== undefined) address.searchParams.set('since', options.since);
  const { headers, origin } = options;
  return new WebSocket(address, [...(options.protocols ?? [])], {
    ...options.ws,
    ...(headers && { headers: { ...headers } }),
    ...(origin !== undefined && { origin }),
  });
}

function looksLike(frame: Frame, expected: Expected): boolean {
  try {
    expect(frame).toMatchObject(typeof expected === 'string' ? { type: expected } : expected);
    return true;
  } catch {
    return false;
  }
}

function describe(expected: Expected): string {
  return typeof expected === 'string' ? expected : stringifyExact(expected);
}
