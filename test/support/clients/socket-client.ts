import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { expect } from '@jest/globals';
import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';
import { parseExact, stringifyExact } from '../../../src/exact-json/exact-json.js';
import { Mailbox } from './mailbox.js';

/** A message as it came; specs name the members they look at: `expectMessage<{ position: string }>('notification')`. */
export interface Frame {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** The message's type, or what it must look like (as `toMatchObject`). */
export type Expected = string | (Record<string, unknown> & { readonly type?: string });

export interface OpenOptions {
  /** Sent as `?token=`. For the other ways use `headers` and `protocols`. */
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocols?: readonly string[];
  readonly origin?: string;
  /** Position to resume from. */
  readonly since?: string;
  /**
   * Types this story is not about; they are thrown away on arrival. Default: `presence`, which comes whenever somebody else comes
   * or goes; stories about it say `[]`.
   */
  readonly ignore?: readonly string[];
  readonly ws?: ClientOptions;
}

/** Endings by the protocol itself come without a `disconnect` frame, as does an end we asked for. */
const WITHOUT_DISCONNECT = new Set([1000, 1002, 1005, 1006, 1007, 1009]);
const living = new Set<SocketClient>();

/** A WebSocket as a story tells it: every message must be expected, in order, or the test fails. */
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
    // Not `once` of node:events, which rejects at an error; a socket that never opened is for `open` to tell of.
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

  /** Headers of the answer that opened the socket. */
  get headers(): IncomingHttpHeaders {
    return this.handshake;
  }

  /** The subprotocol the server chose, or an empty string. */
  get protocol(): string {
    return this.raw.protocol;
  }

  /** Sends JSON; a string or bytes go out as they are. */
  send(message: object | string | Buffer): void {
    this.raw.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : stringifyExact(message));
  }

  /** The next message, which must be the expected one. Waits for up to 45 seconds unless told otherwise. */
  async expectMessage<T = unknown>(expected: Expected, deadlineMs?: number): Promise<Frame & T> {
    const frame = await this.mailbox.take(describe(expected), deadlineMs);
    expect(frame).toMatchObject(typeof expected === 'string' ? { type: expected } : expected);
    return frame as Frame & T;
  }

  /** The next messages, whose order is not promised; given back in the order of `expected`. */
  async expectMessages(...expected: readonly Expected[]): Promise<Frame[]> {
    const pool: Frame[] = [];
    for (const one of expected) pool.push(await this.mailbox.take(describe(one)));
    return expected.map((one) => {
      const index = pool.findIndex((frame) => looksLike(frame, one));
      if (index < 0) expect(pool).toContainEqual(typeof one === 'string' ? { type: one } : one);
      return pool.splice(index, 1)[0] as Frame;
    });
  }

  /** Nothing unread has arrived of what the server had sent when it was asked. */
  async expectNothing(): Promise<void> {
    await this.roundTrip();
    expect(this.mailbox.unread()).toEqual([]);
  }

  /** The server ends the socket with this code, after a `disconnect` frame that says the same; gives that frame. */
  async expectClose(code: number): Promise<Frame | null> {
    const frame = WITHOUT_DISCONNECT.has(code) ? null : await this.expectMessage({ type: 'disconnect', code });
    expect(await this.mailbox.within(this.closed, `close with ${code}`)).toBe(code);
    this.over = true;
    expect(this.mailbox.unread()).toEqual([]);
    return frame;
  }

  /** Leaves politely. */
  async close(code = 1000): Promise<void> {
    this.over = true;
    if (this.raw.readyState === WebSocket.OPEN) this.raw.close(code);
    await this.mailbox.within(this.closed, 'the end of the socket');
  }

  /** Vanishes without a goodbye, as a phone in a tunnel. */
  terminate(): void {
    this.over = true;
    this.raw.terminate();
  }

  /** What nobody expected, once the server's pending frames have come; for the check after each test. */
  async leftovers(): Promise<readonly Frame[]> {
    await this.roundTrip();
    const unread = this.mailbox.unread();
    if (!this.over) await this.close();
    return unread;
  }

  /** A ping's pong comes behind everything the server wrote before it. */
  private async roundTrip(): Promise<void> {
    if (this.raw.readyState !== WebSocket.OPEN || this.raw.isPaused) return;
    const pong = once(this.raw, 'pong');
    this.raw.ping();
    await this.mailbox.within(Promise.race([pong, this.closed]), 'pong of the protocol');
  }
}

/** Opens a socket; rejects when the server refuses the upgrade (see `expectHandshakeError`). */
export async function open(url: string, options: OpenOptions = {}): Promise<SocketClient> {
  const raw = connect(url, options);
  const client = new SocketClient(raw, new Set(options.ignore ?? ['presence']));
  await once(raw, 'open').catch((error: unknown) => {
    living.delete(client);
    throw error;
  });
  return client;
}

/** The upgrade is answered with this HTTP status; gives the answer's headers. */
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

/** Ends every socket of the test that ran; throws for messages nobody expected. */
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
