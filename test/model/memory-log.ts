import type { Message } from '../../src/channel-layer/interface/message.js';
import type { Database } from '../../src/database/database.js';
import type { StreamEntry } from '../../src/streams/follow/stream-entry.js';
import { StreamReader } from '../../src/streams/follow/stream-reader.js';
import type { StreamExtent } from '../../src/streams/follow/stream-reader.js';
import type { Questions } from './questions.js';

/** The tables `streams` and `stream_entries` in memory: an append is committed at once. */
export class MemoryLog {
  private readonly streams = new Map<string, StreamEntry[]>();
  /** The last append of each stream. */
  private readonly changed = new Map<string, number>();
  private clock = 0;

  append(stream: string, message: Message): number {
    const entries = this.entries(stream);
    const position = entries.length + 1;
    this.clock += 1;
    // Two entries of different streams may have the same time.
    entries.push({ stream, position, message, createdAt: this.clock >> 1 });
    this.changed.set(stream, this.clock);
    this.streams.set(stream, entries);
    return position;
  }

  entries(stream: string): StreamEntry[] {
    return this.streams.get(stream) ?? [];
  }

  /** The number of entries. It serves as a snapshot of the log. */
  get size(): number {
    return this.clock;
  }

  /** The heads of the streams that have changed since a snapshot; without a snapshot, all heads. */
  heads(since: number | null): Map<string, number> {
    const names = [...this.changed].filter(([, at]) => since === null || at > since).map(([name]) => name);
    return new Map(names.map((name) => [name, this.entries(name).length]));
  }
}

/** Reads like the real reader, but answers when the history decides. */
export class MemoryReader extends StreamReader {
  constructor(
    private readonly log: MemoryLog,
    private readonly questions: Questions,
  ) {
    super(undefined as unknown as Database);
  }

  override extent(stream: string): Promise<StreamExtent> {
    return this.questions.ask(() => ({ head: this.log.entries(stream).length, trimmed: 0 }));
  }

  override read(stream: string, after: number, until: number, limit: number): Promise<StreamEntry[]> {
    return this.questions.ask(() => this.log.entries(stream).slice(after, until).slice(0, limit));
  }

  override changedSince(since: string | null): Promise<{ heads: Map<string, number>; snapshot: string }> {
    return this.questions.ask(() => ({
      heads: this.log.heads(since === null ? null : Number(since)),
      snapshot: String(this.log.size),
    }));
  }
}
