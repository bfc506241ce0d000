import type { Message } from '../../src/channel-layer/message.js';
import type { Database } from '../../src/database/database.js';
import type { StreamEntry } from '../../src/streams/stream-entry.js';
import { StreamReader } from '../../src/streams/stream-reader.js';
import type { StreamExtent } from '../../src/streams/stream-reader.js';
import type { Questions } from './questions.js';

/** The tables `streams` and `stream_entries`: what is appended is committed. */
export class MemoryLog {
  private readonly streams = new Map<string, StreamEntry[]>();
  private clock = 0;

  append(stream: string, message: Message): number {
    const entries = this.entries(stream);
    const position = entries.length + 1;
    // Two entries of different streams may carry the same time.
    entries.push({ stream, position, message, createdAt: (this.clock += 1) >> 1 });
    this.streams.set(stream, entries);
    return position;
  }

  entries(stream: string): StreamEntry[] {
    return this.streams.get(stream) ?? [];
  }

  heads(): Map<string, number> {
    return new Map([...this.streams].map(([name, entries]) => [name, entries.length]));
  }
}

/** Reads it as the real reader does, each answer when the history says so. */
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

  override changedSince(since: string | null): Promise<{ heads: Map<string, number>; now: string }> {
    return this.questions.ask(() => ({
      heads: since === null ? new Map<string, number>() : this.log.heads(),
      now: '0',
    }));
  }
}
