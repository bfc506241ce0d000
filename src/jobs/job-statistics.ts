import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { Database } from '../database/database.js';
import { execute } from '../database/execute.js';

/** How an attempt ended: `failed` is retried, `dead` is not. */
export type AttemptEnd = 'done' | 'failed' | 'dead';

/** Results of jobs, for /metrics. */
@Injectable()
export class JobStatistics {
  /** Attempts of this process, by queue. */
  readonly attempts = new Map<string, Record<AttemptEnd, number>>();

  constructor(private readonly database: Database) {}

  count(queue: string, end: AttemptEnd): void {
    let counts = this.attempts.get(queue);
    if (!counts) this.attempts.set(queue, (counts = { done: 0, failed: 0, dead: 0 }));
    counts[end] += 1;
  }

  /** Waiting time in seconds of the oldest job that may begin, by queue, over all processes; 0 if no job is waiting. */
  async waiting(): Promise<Map<string, number>> {
    const { rows } = await execute<{ name: string; seconds: number }>(
      this.database.db,
      sql`SELECT name, coalesce(extract(epoch FROM now() - (
            SELECT min(start_after) FROM pgboss.job
            WHERE job.name = queue.name AND state < 'active' AND NOT blocked AND start_after < now())), 0)::float8 AS seconds
          FROM pgboss.queue`,
    );
    return new Map(rows.map(({ name, seconds }) => [name, seconds]));
  }
}
