import { Logger } from '@nestjs/common';
import type { Message } from '../../channel-layer/interface/message.js';
import { RecentEntries } from './recent-entries.js';
import type { StreamEntry } from './stream-entry.js';
import type { StreamReader } from './stream-reader.js';
import type { StreamStatistics } from './stream-statistics.js';

const PAGE = 200;
/** Entries heard while a gap is read that are kept for delivery after it. Further ones are read from the log. */
const MAX_HELD = 1_000;
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
  /** By position, what was heard while a gap before it is read. Only then. */
  private held: Map<number, Message> | null = null;
  /** Only while a socket catches up. */
  private recent: RecentEntries | null = null;
  private catchingUp = 0;

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

  /**
   * Keeps the entries that are fanned out from here on, for a socket that is behind: it reads the log up to this point, and
   * takes the rest from memory. So it arrives however fast the stream grows. Call `releaseRecent` once afterwards.
   */
  keepRecent(): void {
    this.catchingUp += 1;
    this.recent ??= new RecentEntries(this.name, this.last);
  }

  releaseRecent(): void {
    this.catchingUp -= 1;
    if (this.catchingUp === 0) this.recent = null;
  }

  /** The position up to which a socket that catches up has to read the log. */
  get recentBegin(): number {
    return this.recent?.begin ?? this.last;
  }

  /** The entries between a position and the cursor, or null if some of them must be read from the log. */
  recentAfter(position: number): readonly StreamEntry[] | null {
    if (position >= this.last) return [];
    return this.recent?.after(position) ?? null;
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
    if (this.last !== UNKNOWN && !this.reading && position === this.last + 1) {
      this.pass(position, message);
      return;
    }
    this.raiseTo(position, 'gap');
    if (this.reading) this.hold(position, message);
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
      while (!this.stopped && this.last < this.wanted) {
        await this.readPage();
        this.passHeld();
      }
      this.reading = false;
      this.held = null;
      this.wakeWaiting();
    } catch (error) {
      FollowedStream.logger.warn(
        `reading the log after ${this.name}:${String(this.last)} failed; retrying: ${String(error)}`,
      );
      this.retryTimer = setTimeout(() => void this.readGap(), RETRY_MS);
      this.retryTimer.unref();
    }
  }

  private hold(position: number, message: Message): void {
    this.held ??= new Map();
    if (this.held.size < MAX_HELD) this.held.set(position, message);
  }

  /** What was heard while the page was read and follows it. Without this a stream that grows faster than pages are read never ends. */
  private passHeld(): void {
    const { held } = this;
    if (!held) return;
    for (let next = held.get(this.last + 1); next && !this.stopped; next = held.get(this.last + 1)) {
      this.pass(this.last + 1, next);
    }
    for (const position of held.keys()) if (position <= this.last) held.delete(position);
  }

  private pass(position: number, message: Message): void {
    this.last = position;
    this.recent?.add(position, message);
    this.deliver(this.name, position, message);
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
      this.statistics.repaired += 1;
      this.pass(position, message);
    }
  }
}
