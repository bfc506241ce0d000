import { Injectable } from '@nestjs/common';
import DataLoader from 'dataloader';
import { sql } from 'drizzle-orm';
import type { Message } from '../channel-layer/message.js';
import { Database } from '../database/database.js';
import { execute } from '../database/execute.js';
import { gatheringLoader } from '../database/gathering-loader.js';
import type { StreamEntry } from './stream-entry.js';

/** How far a stream goes: entries `trimmed + 1` to `head` are kept. */
export interface StreamExtent {
  readonly head: number;
  readonly trimmed: number;
}

const MAX_EXTENTS = 4_000;
const EMPTY: StreamExtent = { head: 0, trimmed: 0 };

/** Reads the log. One reader for gaps, resume and slow clients. */
@Injectable()
export class StreamReader {
  private readonly extentLoader = gatheringLoader((names: readonly string[]) => this.loadExtents(names), MAX_EXTENTS);
  private readonly pageLoader = new DataLoader<Page, StreamEntry[]>((pages) => this.loadPages(pages), {
    cache: false,
    // Bounds what one query brings into memory.
    maxBatchSize: 32,
    batchScheduleFn: (callback) => setImmediate(callback),
  });

  constructor(private readonly database: Database) {}

  /** Head and trim point of a stream, zeros for one nobody has appended to. Handshakes that come together share one query. */
  extent(stream: string): Promise<StreamExtent> {
    return this.extentLoader.load(stream);
  }

  /**
   * At most `limit` entries after a position, oldest first, up to and including `until`. Calls of one turn share one query.
   */
  read(stream: string, after: number, until: number, limit: number): Promise<StreamEntry[]> {
    return this.pageLoader.load({ stream, after, until, size: limit });
  }

  /**
   * Heads of the streams appended to since a moment of the database's clock, and that clock now. Without a moment: none,
   * only the clock.
   */
  async changedSince(since: string | null): Promise<{ heads: Map<string, number>; now: string }> {
    const { rows } = await execute<{ name: string | null; head: string | null; now: string }>(
      this.database.db,
      sql`SELECT clock.now::text AS now, streams.name, streams.head
          FROM (SELECT clock_timestamp() AS now) AS clock
          LEFT JOIN streams ON streams.updated_at >= ${since}::timestamptz - interval '30 seconds'`,
    );
    const heads = new Map<string, number>();
    for (const row of rows) if (row.name !== null) heads.set(row.name, Number(row.head));
    return { heads, now: rows[0]?.now ?? new Date().toISOString() };
  }

  private async loadPages(pages: readonly Page[]): Promise<StreamEntry[][]> {
    const wanted = pages.map((page, n) => ({ n, ...page }));
    const { rows } = await execute<EntryRow>(
      this.database.db,
      sql`SELECT wanted.n, entry.position, entry.payload, entry.created_at
          FROM json_to_recordset(${JSON.stringify(wanted)}::json)
            AS wanted(n int, stream text, after bigint, until bigint, size int)
          CROSS JOIN LATERAL (
            SELECT position, payload, created_at FROM stream_entries
            WHERE stream = wanted.stream AND position > wanted.after AND position <= wanted.until
            ORDER BY position LIMIT wanted.size
          ) AS entry
          ORDER BY wanted.n, entry.position`,
    );
    const answers: StreamEntry[][] = pages.map(() => []);
    for (const row of rows) {
      answers[row.n]?.push({
        stream: pages[row.n]?.stream ?? '',
        position: Number(row.position),
        message: row.payload,
        createdAt: new Date(row.created_at).getTime(),
      });
    }
    return answers;
  }

  private async loadExtents(names: readonly string[]): Promise<StreamExtent[]> {
    const { rows } = await execute<{ name: string; head: string; trimmed: string }>(
      this.database.db,
      sql`SELECT name, head, trimmed FROM streams
          WHERE name IN (SELECT json_array_elements_text(${JSON.stringify([...new Set(names)])}::json))`,
    );
    const found = new Map(rows.map((row) => [row.name, { head: Number(row.head), trimmed: Number(row.trimmed) }]));
    return names.map((name) => found.get(name) ?? EMPTY);
  }
}

/** Entries `after + 1` to `until` of a stream, the first `size` of them. */
interface Page {
  readonly stream: string;
  readonly after: number;
  readonly until: number;
  readonly size: number;
}

interface EntryRow {
  n: number;
  position: string;
  payload: Message;
  created_at: string | Date;
}
