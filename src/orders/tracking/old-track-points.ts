import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { Database } from '../../database/database.js';
import { execute } from '../../database/execute.js';
import { ExpiringRows } from '../../database/trimmer.js';

const STEP = 5_000;

/** The points of tracks, which expire after HISTORY_DAYS. */
@Injectable()
export class OldTrackPoints extends ExpiringRows {
  readonly description = 'track points';
  readonly trimEveryMs = 60 * 60_000;

  constructor(private readonly database: Database) {
    super();
  }

  async deleteSome(days: number): Promise<number> {
    const { rows } = await execute<{ gone: string }>(
      this.database.db,
      sql`
      WITH old AS (
        SELECT sequence FROM order_track
        WHERE recorded_at < now() - make_interval(days => ${days}::int) LIMIT ${STEP}
      ), gone AS (DELETE FROM order_track USING old WHERE order_track.sequence = old.sequence RETURNING 1)
      SELECT count(*) AS gone FROM gone`,
    );
    return Number(rows[0]?.gone ?? 0);
  }
}
