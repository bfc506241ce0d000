import type { Message } from '../../channel-layer/interface/message.js';
import type { StreamEntry } from './stream-entry.js';

/** Entries that are always kept: one second of a stream with 500 messages a second. Up to twice as many may be in memory. */
const MIN_KEPT = 500;

/** The newest entries of a stream that were fanned out on this node, without gaps: 500 to 1,000 of them. */
export class RecentEntries {
  private entries: StreamEntry[] = [];

  /** `start`: the position of the stream now. Entries after it are kept. */
  constructor(
    private readonly stream: string,
    private start: number,
  ) {}

  /** The position before the oldest entry kept. */
  get begin(): number {
    return this.start;
  }

  /** The next entry. If history that is no longer kept lies between, older entries are dropped. */
  add(position: number, message: Message): void {
    if (position !== this.start + this.entries.length + 1) {
      this.entries = [];
      this.start = position - 1;
    }
    this.entries.push({ stream: this.stream, position, message, createdAt: Date.now() });
    // In halves: a shift per entry would move the whole array each time.
    if (this.entries.length < 2 * MIN_KEPT) return;
    this.entries = this.entries.slice(MIN_KEPT);
    this.start += MIN_KEPT;
  }

  /** All entries after a position, or null if older ones are needed. */
  after(position: number): readonly StreamEntry[] | null {
    return position < this.start ? null : this.entries.slice(position - this.start);
  }
}
