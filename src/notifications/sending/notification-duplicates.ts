import { sql } from 'drizzle-orm';
import { execute } from '../../database/execute.js';
import type { Transaction } from '../../database/backend/transaction.js';
import { parseExact, stringifyExact } from '../../exact-json/exact-json.js';

/** Default, in seconds. */
const WINDOW_SECONDS = 86_400;
/** Expired answers that a request deletes: more than it adds, so they do not accumulate. */
const DELETED_AT_ONCE = 10;

/**
 * Does `work` once for each key and window, and returns the first answer to all requests in the window, whatever their content. A
 * concurrent request with the key waits until this transaction ends. Without a key, does `work`.
 */
export async function onceInWindow<T>(
  tx: Transaction,
  key: string | null | undefined,
  windowSeconds: number | null | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (key === null || key === undefined) return work();
  const { rows: claimed } = await execute(
    tx.db,
    sql`INSERT INTO notification_duplicates AS known (key, until)
        VALUES (${key}, now() + make_interval(secs => ${windowSeconds ?? WINDOW_SECONDS}))
        ON CONFLICT (key) DO UPDATE SET until = excluded.until, answer = NULL WHERE known.until <= now() RETURNING key`,
  );
  if (claimed.length === 0) {
    const { rows } = await execute<{ answer: string }>(
      tx.db,
      sql`SELECT answer FROM notification_duplicates WHERE key = ${key}`,
    );
    return parseExact(rows[0]?.answer ?? 'null') as T;
  }
  const answer = await work();
  await execute(tx.db, sql`UPDATE notification_duplicates SET answer = ${stringifyExact(answer)} WHERE key = ${key}`);
  await execute(
    tx.db,
    sql`DELETE FROM notification_duplicates WHERE key IN (
          SELECT key FROM notification_duplicates WHERE until <= now() ORDER BY until LIMIT ${DELETED_AT_ONCE}
          FOR UPDATE SKIP LOCKED)`,
  );
  return answer;
}
