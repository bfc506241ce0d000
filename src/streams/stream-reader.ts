import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { Database } from '../database/database.js';
import { execute } from '../database/execute.js';
import { gatheringLoader } from '../database/gathering-loader.js';
import { PageReader } from './page-reader.js';
import type { StreamEntry } from './stream-entry.js';

/** How far a stream goes: entries `trimmed + 1` to `head` are kept. */
export interface StreamExtent {
  readonly head: number;
  readonly trimmed: number;
}

const MAX_EXTENTS = 4_000;
/** Looking up a stream by its name costs PostgreSQL as much as so many that it gives in the order of an index. */
const NAME_COST = 8;
const FEW = 100;
const EMPTY: StreamExtent = { head: 0, trimmed: 0 };

/** Reads the log. One reader for gaps, resume and slow clients. */
@Injectable()
export class StreamReader {
  private readonly extentLoader = gatheringLoader((names: readonly string[]) => this.loadExtents(names), MAX_EXTENTS);
  private readonly pages: PageReader;

  constructor(private readonly database: Database) {
    this.pages = new PageReader(database);
  }

  /** Head and trim point of a stream, zeros for one nobody has appended to. Handshakes that come together share one query. */
  extent(stream: string): Promise<StreamExtent> {
    return this.extentLoader.load(stream);
  }

  /**
   * At most `limit` entries after a position, oldest first, up to and including `until`. Calls that come together share a query.
   */
  read(stream: string, after: number, until: number, limit: number): Promise<StreamEntry[]> {
    return this.pages.read({ stream, after, until, size: limit });
  }

  /**
   * Heads of those of our streams that were appended to since a moment of the database's clock, and perhaps of others; and that
   * clock now. Without a moment: none, only the clock. What it costs grows with our streams, not with what others write.
   */
  async changedSince(
    since: string | null,
    ours: ReadonlyMap<string, unknown>,
  ): Promise<{ heads: Map<string, number>; now: string }> {
    const most = ours.size * NAME_COST + FEW;
    const { rows } = await execute<{ name: string | null; head: string | null; now: string }>(
      this.database.db,
      sql`SELECT clock.now::text AS now, changed.name, changed.head
          FROM (SELECT clock_timestamp() AS now) AS clock LEFT JOIN (
            SELECT name, head FROM streams WHERE updated_at >= ${since}::timestamptz - interval '30 seconds'
            LIMIT ${most}::int
          ) AS changed ON true`,
    );
    const now = rows[0]?.now ?? new Date().toISOString();
    const heads = rows.length < most ? headsOf(rows) : await this.heads([...ours.keys()]);
    return { heads, now };
  }

  private async heads(names: readonly string[]): Promise<Map<string, number>> {
    const extents = await this.loadExtents(names);
    return new Map(names.map((name, index) => [name, extents[index]?.head ?? 0]));
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

function headsOf(rows: readonly { readonly name: string | null; readonly head: string | null }[]): Map<string, number> {
  return new Map(rows.flatMap(({ name, head }) => (name === null ? [] : [[name, Number(head)] as const])));
}
