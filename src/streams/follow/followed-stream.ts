import { Logger } from '@nestjs/common';
import type { Message } from '../../channel-layer/interface/message.js';
import { RecentEntries } from './recent-entries.js';
import type { StreamEntry } from './stream-entry.js';
import type { StreamReader } from './stream-reader.js';
import type { StreamStatistics } from './stream-statistics.js';

const PAGE = 200;
/** The maximum number of entries held while a gap before them is read. Further entries are read from the log. */
const MAX_HELD = 1_000;
const RETRY_MS = 500;
const HEAD_UNKNOWN = -1;
/** Shared, because a promise for each of many thousand streams would waste memory. */
const STARTED = Promise.resolve();

/** Called once per entry, in order of position, without gaps. */
export type DeliverEntry = (stream: string, position: number, message: Message) => void;

/** One stream that this node follows: keeps the last position fanned out, and reads gaps from the log. */
export class FollowedStream {
  private static readonly logger = new Logger('FollowedStream');
  /** The number of followers on this node, such as audiences. */
  followers = 0;
  private last = HEAD_UNKNOWN;
  private target = 0;
  private reading = false;
  private stopped = false;
  private starting: Promise<void> | undefined;
  private waiting: (() => void)[] | null = null;
  private retryTimer: NodeJS.Timeout | undefined;
  /** Entries, by position, that arrived while a gap before them is read; otherwise null. */
  private held: Map<number, Message> | null = null;
  /** Recent entries while a socket catches up; otherwise null. */
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
   * Keeps the entries that are fanned out from now on, for a socket that is behind. The socket reads the log up to this point
   * and takes the rest from memory, so it catches up however fast the stream grows. Call `releaseRecent` once afterwards.
   */
  keepRecent(): void {
    this.catchingUp += 1;
    this.recent ??= new RecentEntries(this.name, this.last);
  }

  releaseRecent(): void {
    this.catchingUp -= 1;
    if (this.catchingUp === 0) this.recent = null;
  }

  /** The position up to which a socket that catches up must read the log. */
  get recentBegin(): number {
    return this.recent?.begin ?? this.last;
  }

  /** Returns the entries between a position and the cursor, or null if some must be read from the log. */
  recentAfter(position: number): readonly StreamEntry[] | null {
    if (position >= this.last) return [];
    return this.recent?.after(position) ?? null;
  }

  /** Resolves when the cursor has reached `position`, or when the stream is no longer followed. */
  async reached(position: number): Promise<void> {
    this.raiseTo(position, 'gap');
    while (this.last < position && this.reading && !this.stopped) {
      await new Promise<void>((resolve) => (this.waiting ??= []).push(resolve));
    }
  }

  /** Reads the head of the stream, once. Entries that arrive meanwhile are read from the log afterwards. */
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
    if (this.last !== HEAD_UNKNOWN && position <= this.last) {
      this.statistics.droppedDuplicates += 1;
      return;
    }
    if (this.last !== HEAD_UNKNOWN && !this.reading && position === this.last + 1) {
      this.deliverNext(position, message);
      return;
    }
    this.raiseTo(position, 'gap');
    if (this.reading) this.hold(position, message);
  }

  /** Records that the log reaches `position`. Entries up to there are read and delivered before newer ones. */
  raiseTo(position: number, reason: 'gap' | 'repair'): void {
    if (position > this.target) this.target = position;
    if (this.last === HEAD_UNKNOWN || this.reading || this.target <= this.last) return;
    this.statistics.gapsFound += 1;
    if (reason === 'repair') this.statistics.missedPublishes += 1;
    this.reading = true;
    void this.readGap();
  }

  private async readHead(): Promise<void> {
    const { head } = await this.reader.extent(this.name);
    this.last = head;
    if (this.target > head) this.raiseTo(this.target, 'gap');
  }

  private async readGap(): Promise<void> {
    try {
      while (!this.stopped && this.last < this.target) {
        await this.readPage();
        this.deliverHeld();
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

  /** Delivers the held entries after the page. Otherwise reading never ends if the stream grows faster than that. */
  private deliverHeld(): void {
    const { held } = this;
    if (!held) return;
    for (let next = held.get(this.last + 1); next && !this.stopped; next = held.get(this.last + 1)) {
      this.deliverNext(this.last + 1, next);
    }
    for (const position of held.keys()) if (position <= this.last) held.delete(position);
  }

  private deliverNext(position: number, message: Message): void {
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
    const entries = await this.reader.read(this.name, this.last, this.target, PAGE);
    if (entries.length === 0) {
      // The bus announced entries that are not in the log: they are of another log, or already trimmed.
      this.target = this.last;
      return;
    }
    for (const { position, message } of entries) {
      if (this.stopped) return;
      this.statistics.repaired += 1;
      this.deliverNext(position, message);
    }
  }
}
