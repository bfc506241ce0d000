import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { Database } from '../../database/database.js';
import { execute } from '../../database/execute.js';
import { gatheringLoader } from '../../database/gathering-loader.js';
import { PageReader } from './page-reader.js';
import type { StreamEntry } from './stream-entry.js';

/** The range of a stream: entries `trimmed + 1` to `head` are kept. */
export interface StreamExtent {
  readonly head: number;
  readonly trimmed: number;
}

const MAX_EXTENTS = 4_000;
/** Looking up one stream by name costs PostgreSQL as much as reading this many in the order of an index. */
const NAME_COST = 8;
const FEW = 100;
const EMPTY: StreamExtent = { head: 0, trimmed: 0 };

/** Reads the log, for gaps, resumes and slow clients. */
@Injectable()
export class StreamReader {
  private readonly extentLoader = gatheringLoader((names: readonly string[]) => this.loadExtents(names), MAX_EXTENTS);
  private readonly pages: PageReader;

  constructor(private readonly database: Database) {
    this.pages = new PageReader(database);
  }

  /** Returns head and trim point of a stream; both are 0 if nothing was appended. Concurrent handshakes share one query. */
  extent(stream: string): Promise<StreamExtent> {
    return this.extentLoader.load(stream);
  }

  /**
   * Returns at most `limit` entries after a position, oldest first, up to and including `until`. Concurrent calls share a
   * query.
   */
  read(stream: string, after: number, until: number, limit: number): Promise<StreamEntry[]> {
    return this.pages.read({ stream, after, until, size: limit });
  }

  /**
   * Returns the heads of the streams in `followed` whose last append the snapshot `since` does not include, possibly with heads of
   * other streams, and the snapshot up to which the result is complete. If `since` is null, returns the heads of all streams in
   * `followed`. The cost grows with the number of our streams, not with writes to other streams.
   */
  async changedSince(
    since: string | null,
    followed: ReadonlyMap<string, unknown>,
  ): Promise<{ heads: Map<string, number>; snapshot: string }> {
    const most = followed.size * NAME_COST + FEW;
    const { rows } = await execute<ChangedRow>(this.database.db, since === null ? SNAPSHOT : changedQuery(since, most));
    const snapshot = rows[0]?.snapshot;
    if (snapshot === undefined) throw new Error('the database returned no snapshot');
    const byName = since === null || rows.length >= most || rows[0]?.went_back === true;
    // Read after the snapshot was taken, so that no change between the two is missed.
    return { heads: byName ? await this.heads([...followed.keys()]) : headsOf(rows), snapshot };
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

interface ChangedRow {
  readonly name: string | null;
  readonly head: string | null;
  readonly snapshot: string;
  /** Transaction ids are lower than before, so another server is answering. */
  readonly went_back: boolean;
}

const SNAPSHOT = sql`SELECT pg_current_snapshot()::text AS snapshot`;

/**
 * A snapshot does not include transactions that began after it or were still running. Both are found with the index; `ORDER BY`
 * keeps the planner from scanning the table.
 */
function changedQuery(since: string, most: number): SQL {
  return sql`
    SELECT looked.snapshot::text, looked.went_back, changed.name, changed.head
    FROM (
      SELECT pg_current_snapshot() AS snapshot,
             pg_snapshot_xmax(pg_current_snapshot()) < pg_snapshot_xmax(${since}::pg_snapshot) AS went_back
    ) AS looked LEFT JOIN (
      (SELECT name, head FROM streams WHERE changed_by >= pg_snapshot_xmax(${since}::pg_snapshot)
       ORDER BY changed_by LIMIT ${most}::int)
      UNION ALL
      (SELECT name, head FROM streams WHERE changed_by = ANY (ARRAY(SELECT pg_snapshot_xip(${since}::pg_snapshot)))
       ORDER BY changed_by LIMIT ${most}::int)
    ) AS changed ON true`;
}

function headsOf(rows: readonly { readonly name: string | null; readonly head: string | null }[]): Map<string, number> {
  return new Map(rows.flatMap(({ name, head }) => (name === null ? [] : [[name, Number(head)] as const])));
}
