import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { Database } from '../database/database.js';
import { execute } from '../database/execute.js';
import { ExpiringRows } from '../database/trimmer.js';

const STEP = 1_000;

/**
 * The entries of the log, which expire after HISTORY_DAYS. Each step is one short transaction on one stream: a transaction on two
 * streams could deadlock with an append.
 */
@Injectable()
export class OldEntries extends ExpiringRows {
  readonly description = 'log entries';
  readonly trimEveryMs = 10 * 60_000;

  constructor(private readonly database: Database) {
    super();
  }

  deleteSome(days: number): Promise<number> {
    return this.database.transaction(async ({ db }) => {
      const cutoff = sql`now() - make_interval(days => ${days}::int)`;
      const { rows } = await execute<{ gone: string }>(
        db,
        sql`
        WITH victim AS (SELECT stream FROM stream_entries WHERE created_at < ${cutoff} LIMIT 1),
        old AS (
          SELECT stream, position FROM stream_entries
          WHERE stream = (SELECT stream FROM victim) AND created_at < ${cutoff}
          ORDER BY position LIMIT ${STEP}
        ), gone AS (
          DELETE FROM stream_entries AS entry USING old
          WHERE entry.stream = old.stream AND entry.position = old.position
          RETURNING entry.stream, entry.position
        ), marked AS (
          UPDATE streams SET trimmed = greatest(trimmed, (SELECT max(position) FROM gone))
          WHERE name = (SELECT stream FROM victim) AND EXISTS (SELECT 1 FROM gone)
        )
        SELECT count(*) AS gone FROM gone`,
      );
      return Number(rows[0]?.gone ?? 0);
    });
  }
}
