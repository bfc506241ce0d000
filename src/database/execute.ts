import type { SQL } from 'drizzle-orm';
import type { Queryable } from './backend/transaction.js';

/**
 * Runs raw SQL with either driver. Both return `rows`, but Drizzle's common type does not declare it. Use this for SQL that the
 * query builder cannot express, and for the look-ups of each handshake, because the builder would cost more than the rest of the
 * look-up.
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- names what the SQL answers, as Drizzle's own does
export async function execute<Row>(db: Queryable, query: SQL): Promise<{ rows: Row[] }> {
  return (await db.execute(query)) as { rows: Row[] };
}
