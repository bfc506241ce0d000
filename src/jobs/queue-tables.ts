import { sql } from 'drizzle-orm';
import type { Database } from '../database/database.js';
import { execute } from '../database/execute.js';
import type { Queryable } from '../database/backend/transaction.js';
import type { Queue } from './queue.js';

/** Seconds after which a job is taken from a worker that does not report progress. The minimum of pg-boss is 10. */
export const HEARTBEAT_SECONDS = 15;
/** Maximum duration of one attempt in seconds, even with heartbeats. The maximum of pg-boss is one day. */
const EXPIRE_SECONDS = 23 * 3600;
/** Seconds for which dead jobs are kept. */
const KEPT_SECONDS = 30 * 86_400;
const MAX_RETRY_DELAY_SECONDS = 720;

export interface RetrySettings {
  readonly retries: number;
  /** Seconds before the first retry. The delay doubles each time, and a random time of up to the same length is added. */
  readonly delay: number;
}

/** Creates missing queues and updates those whose options have changed. */
export async function saveQueues(
  { db }: Database,
  queues: readonly Queue<unknown>[],
  settings: RetrySettings,
): Promise<void> {
  const rows = queues.map(({ name, options }) => ({
    name,
    policy: options.unique === true ? 'short' : 'standard',
    retries: options.retries ?? settings.retries,
    delay: settings.delay,
  }));
  await db.execute(sql`
    INSERT INTO pgboss.queue AS known (name, policy, retry_limit, retry_delay, retry_backoff, retry_delay_max,
      expire_seconds, retention_seconds, deletion_seconds, heartbeat_seconds, partition, table_name)
    SELECT name, policy, retries, delay, true, ${MAX_RETRY_DELAY_SECONDS}::int,
      ${EXPIRE_SECONDS}::int, ${KEPT_SECONDS}::int, ${KEPT_SECONDS}::int, ${HEARTBEAT_SECONDS}::int, false, 'job_common'
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS row(name text, policy text, retries int, delay int)
    ON CONFLICT (name) DO UPDATE SET policy = excluded.policy, retry_limit = excluded.retry_limit,
      retry_delay = excluded.retry_delay, updated_on = now()
    WHERE (known.policy, known.retry_limit, known.retry_delay)
      IS DISTINCT FROM (excluded.policy, excluded.retry_limit, excluded.retry_delay)`);
}

/** The queues among these that have a job that may begin. Uses an index, so the length of a queue does not matter. */
export async function dueQueues({ db }: Database, names: readonly string[]): Promise<string[]> {
  const { rows } = await execute<{ name: string }>(
    db,
    sql`SELECT name FROM unnest(${sql.param([...names])}::text[]) AS queue(name)
        WHERE EXISTS (SELECT FROM pgboss.job WHERE job.name = queue.name AND state < 'active' AND NOT blocked
                      AND start_after < now())`,
  );
  return rows.map(({ name }) => name);
}

/** The data of the jobs of a queue that became dead within the last hour; at most 1,000. */
export async function recentlyDead(db: Queryable, queue: string): Promise<unknown[]> {
  const { rows } = await execute<{ data: unknown }>(
    db,
    sql`SELECT data FROM pgboss.job WHERE name = ${queue} AND state = 'failed' AND completed_on > now() - interval '1 hour'
        ORDER BY completed_on DESC LIMIT 1000`,
  );
  return rows.map(({ data }) => data);
}

/** Whether there is a job whose worker no longer reports progress, or a dead job that is too old to keep. */
export async function wantsSupervision({ db }: Database): Promise<boolean> {
  const { rows } = await execute<{ wanted: boolean }>(
    db,
    sql`SELECT EXISTS (SELECT FROM pgboss.job
          WHERE (state = 'active' AND heartbeat_on + heartbeat_seconds * interval '1s' < now())
             OR (state > 'active' AND completed_on + deletion_seconds * interval '1s' < now())) AS wanted`,
  );
  return rows[0]?.wanted === true;
}
