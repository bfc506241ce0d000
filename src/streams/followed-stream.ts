import { Logger } from '@nestjs/common';
import type { Message } from '../channel-layer/message.js';
import type { StreamReader } from './stream-reader.js';
import type { StreamStatistics } from './stream-statistics.js';

const PAGE = 200;
const RETRY_MS = 500;
const UNKNOWN = -1;
/** One for all: a promise of its own for each of many thousand streams would stay for nothing. */
const STARTED = Promise.resolve();

/** Called once per entry, in order of position, without gaps. */
export type DeliverEntry = (stream: string, position: number, message: Message) => void;

/** One stream as this node hears it: the last position fanned out, and the reading of gaps. */
export class FollowedStream {
  private static readonly logger = new Logger('FollowedStream');
  /** How many sockets' audiences follow it here. */
  followers = 0;
  private last = UNKNOWN;
  private wanted = 0;
  private reading = false;
  private stopped = false;
  private starting: Promise<void> | undefined;
  private waiting: (() => void)[] | null = null;
  private retryTimer: NodeJS.Timeout | undefined;
  /** Per type of ephemeral message, the position the newest one knows of. Most streams never have any. */
  private known: Map<string, number> | null = null;

  constructor(
    readonly name: string,
    private readonly reader: StreamReader,
    private readonly statistics: StreamStatistics,
    private readonly deliver: DeliverEntry,
  ) {}

  /** The last position fanned out on this node. */
  get cursor(): number {
    return this.last;
  }

  /** Resolves once the cursor stands at `position` or beyond, or the stream is no longer followed. */
  async reached(position: number): Promise<void> {
    this.raiseTo(position, 'gap');
    while (this.last < position && this.reading && !this.stopped) {
      await new Promise<void>((resolve) => (this.waiting ??= []).push(resolve));
    }
  }

  /** Reads where the stream stands, once. Entries heard of meanwhile are read from the log afterwards. */
  start(): Promise<void> {
    this.starting ??= this.readHead().then(
      () => {
        this.starting = STARTED;
      },
      (error: unknown) => {
        this.starting = undefined;
        throw error;
      },
    );
    return this.starting;
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.retryTimer);
    this.wakeWaiting();
  }

  offer(position: number, message: Message): void {
    if (this.last !== UNKNOWN && position <= this.last) {
      this.statistics.droppedDoubles += 1;
      return;
    }
    if (this.last === UNKNOWN || this.reading || position !== this.last + 1) {
      this.raiseTo(position, 'gap');
      return;
    }
    this.last = position;
    this.deliver(this.name, position, message);
  }

  /** Whether an ephemeral message of this type that knew of more was heard already; remembers it otherwise. */
  isOutdated(type: string, asOf: number): boolean {
    this.known ??= new Map();
    if (asOf < (this.known.get(type) ?? 0)) return true;
    this.known.set(type, asOf);
    return false;
  }

  /** The log goes at least to `position`: everything up to there is read and delivered before anything newer. */
  raiseTo(position: number, reason: 'gap' | 'repair'): void {
    if (position > this.wanted) this.wanted = position;
    if (this.last === UNKNOWN || this.reading || this.wanted <= this.last) return;
    this.statistics.gapsFound += 1;
    if (reason === 'repair') this.statistics.missedPublishes += 1;
    this.reading = true;
    void this.readGap();
  }

  private async readHead(): Promise<void> {
    const { head } = await this.reader.extent(this.name);
    this.last = head;
    if (this.wanted > head) this.raiseTo(this.wanted, 'gap');
  }

  private async readGap(): Promise<void> {
    try {
      while (!this.stopped && this.last < this.wanted) await this.readPage();
      this.reading = false;
      this.wakeWaiting();
    } catch (error) {
      FollowedStream.logger.warn(
        `reading the gap after ${this.name}:${String(this.last)}, will try again: ${String(error)}`,
      );
      this.retryTimer = setTimeout(() => void this.readGap(), RETRY_MS);
      this.retryTimer.unref();
    }
  }

  private wakeWaiting(): void {
    const waiting = this.waiting ?? [];
    this.waiting = null;
    for (const wake of waiting) wake();
  }

  private async readPage(): Promise<void> {
    const entries = await this.reader.read(this.name, this.last, this.wanted, PAGE);
    if (entries.length === 0) {
      // Told of by the bus but not in the log: another log's message, or history already trimmed.
      this.wanted = this.last;
      return;
    }
    for (const { position, message } of entries) {
      if (this.stopped) return;
      this.last = position;
      this.statistics.repaired += 1;
      this.deliver(this.name, position, message);
    }
  }
}
