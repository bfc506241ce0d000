import type { Redis } from 'ioredis';
import { RedisLink, START_DEADLINE_MS } from '../redis/redis-link.js';

/**
 * `subscribe` receives from any publisher on a Redis, `ssubscribe` from those on the cluster node that holds the channel's
 * slot. Lower case, because ioredis tracks subscriptions by the command name as given.
 */
export type SubscribeKind = 'subscribe' | 'ssubscribe';

export interface SubscriptionEvents {
  /** Called in order of arrival, for every subscribed channel. The callback may keep the payload. */
  readonly onMessage: (channel: string, payload: Buffer) => void;
  /** Called when all channels are subscribed again after a lost connection. */
  readonly onRestored: () => void;
  readonly warn: (text: string) => void;
}

/** The maximum number of channels per command. Redis accepts longer commands, but would serve no other client meanwhile. */
const CHANNELS_PER_COMMAND = 10_000;
const HEARTBEAT_MS = 5000;

/**
 * One subscriber connection, and the channels that should be subscribed on it. Changes are collected for a turn of the event
 * loop and sent in one command. Changes made while the connection is lost are sent after the reconnect.
 */
export class Subscriptions {
  private readonly link: RedisLink;
  private readonly desired = new Set<string>();
  /** Channels that are subscribed, or being subscribed, on the current connection. */
  private requested = new Set<string>();
  private changed = new Set<string>();
  private flushing: Promise<void> | null = null;
  private answers: Promise<unknown> = Promise.resolve();
  private unanswered = 0;
  private mayHaveMissed = false;
  private started: Promise<void> = Promise.resolve();
  private readonly heartbeat: NodeJS.Timeout;

  constructor(
    private readonly redis: Redis,
    private readonly kind: SubscribeKind,
    private readonly events: SubscriptionEvents,
  ) {
    this.link = new RedisLink(redis, 'Channel layer subscriber', events.warn);
    const message = kind === 'subscribe' ? 'messageBuffer' : 'smessageBuffer';
    redis.on(message, (channel: Buffer, payload: Buffer) => events.onMessage(channel.toString('latin1'), payload));
    redis.on('ready', () => this.restore());
    redis.on('close', () => this.onLost());
    this.heartbeat = setInterval(() => this.sendHeartbeat(), HEARTBEAT_MS);
    this.heartbeat.unref();
  }

  get ready(): boolean {
    return this.link.ready;
  }

  /** Resolves when connected, or after two seconds; the connection is then retried. */
  start(): Promise<void> {
    this.link.start();
    this.started = this.link.untilReady(START_DEADLINE_MS);
    return this.started;
  }

  /** Resolves when Redis has confirmed the channels, or when Redis is unavailable. */
  async add(channels: Iterable<string>): Promise<void> {
    let settled = this.unanswered === 0;
    for (const channel of channels) {
      this.desired.add(channel);
      if (this.requested.has(channel) && !this.changed.has(channel)) continue;
      this.changed.add(channel);
      settled = false;
    }
    if (settled) return;
    await this.started;
    if (this.ready) await this.flush();
  }

  /** Resolves when Redis has confirmed, or when Redis is unavailable. */
  async remove(channels: Iterable<string>): Promise<void> {
    for (const channel of channels) if (this.desired.delete(channel)) this.changed.add(channel);
    if (this.changed.size > 0 && this.ready) await this.flush();
  }

  has(channel: string): boolean {
    return this.desired.has(channel);
  }

  get channels(): ReadonlySet<string> {
    return this.desired;
  }

  async close(): Promise<void> {
    clearInterval(this.heartbeat);
    this.desired.clear();
    await this.link.close(0);
  }

  /** Sends all changes of this turn together at its end. */
  private flush(): Promise<void> {
    this.flushing ??= new Promise((resolve) => {
      setImmediate(() => {
        this.flushing = null;
        this.send();
        void this.answers.then(() => resolve());
      });
    });
    return this.flushing;
  }

  /** Sends only differences: a channel that is left and joined again in one turn costs nothing. */
  private send(): void {
    const changed = this.changed;
    this.changed = new Set();
    if (!this.ready) return;
    const joined: string[] = [];
    const left: string[] = [];
    for (const channel of changed) {
      if (this.desired.has(channel) && !this.requested.has(channel)) joined.push(channel);
      if (!this.desired.has(channel) && this.requested.has(channel)) left.push(channel);
    }
    if (joined.length > 0) this.command(this.kind, joined);
    if (left.length > 0) this.command(this.kind === 'subscribe' ? 'unsubscribe' : 'sunsubscribe', left);
  }

  private command(name: string, channels: readonly string[]): void {
    const joining = name === this.kind;
    for (const channel of channels) {
      if (joining) this.requested.add(channel);
      else this.requested.delete(channel);
    }
    for (const words of this.commands(channels)) {
      this.unanswered++;
      const answer = this.link.call(name, ...words).catch((error: unknown) => {
        if (isRejection(error)) this.events.warn(`Redis rejected ${name}: ${error.message}`);
      });
      this.answers = Promise.all([this.answers, answer]).then(() => this.unanswered--);
    }
  }

  /** SSUBSCRIBE accepts only channels of one slot. Grouping channels by slot would save little over one command for each. */
  private *commands(channels: readonly string[]): Generator<readonly string[]> {
    const size = this.kind === 'subscribe' ? CHANNELS_PER_COMMAND : 1;
    for (let i = 0; i < channels.length; i += size) yield channels.slice(i, i + size);
  }

  private onLost(): void {
    this.mayHaveMissed = true;
    this.requested = new Set();
  }

  private restore(): void {
    this.requested = new Set();
    this.changed = new Set();
    const mayHaveMissed = this.mayHaveMissed || this.desired.size > 0;
    this.mayHaveMissed = false;
    if (this.desired.size > 0) this.command(this.kind, [...this.desired]);
    if (mayHaveMissed) void this.answers.then(() => this.ready && this.events.onRestored());
  }

  /**
   * An idle subscriber would not notice that the peer is gone, so it sends pings: the client closes a connection that does not
   * answer.
   */
  private sendHeartbeat(): void {
    if (this.ready) this.redis.ping().catch(() => undefined);
  }
}

/** Whether Redis has rejected the command. Any other error is a lost connection, which the link reports. */
function isRejection(error: unknown): error is Error {
  return error instanceof Error && error.cause instanceof Error && error.cause.name === 'ReplyError';
}
