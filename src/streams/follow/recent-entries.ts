import type { Message } from '../../channel-layer/interface/message.js';
import type { StreamEntry } from './stream-entry.js';

/**
 * The minimum number of entries kept: one second of a stream with 500 messages per second. Up to twice as many may be in
 * memory.
 */
const MIN_KEPT = 500;

/** The newest 500 to 1,000 entries of a stream that were fanned out on this node, without gaps. */
export class RecentEntries {
  private entries: StreamEntry[] = [];

  /** `start`: the current position of the stream. Entries after it are kept. */
  constructor(
    private readonly stream: string,
    private start: number,
  ) {}

  /** The position before the oldest kept entry. */
  get begin(): number {
    return this.start;
  }

  /** Adds the next entry. If its position leaves a gap, because the log was trimmed, older entries are dropped. */
  add(position: number, message: Message): void {
    if (position !== this.start + this.entries.length + 1) {
      this.entries = [];
      this.start = position - 1;
    }
    this.entries.push({ stream: this.stream, position, message, createdAt: Date.now() });
    // Half at a time, because a shift per entry would move the whole array each time.
    if (this.entries.length < 2 * MIN_KEPT) return;
    this.entries = this.entries.slice(MIN_KEPT);
    this.start += MIN_KEPT;
  }

  /** Returns all entries after a position, or null if older entries than those kept are needed. */
  after(position: number): readonly StreamEntry[] | null {
    return position < this.start ? null : this.entries.slice(position - this.start);
  }
}
