import type { SQL } from 'drizzle-orm';
import type { Queryable } from './backend/transaction.js';

/**
 * Runs raw SQL on either driver; both answer with `rows`, which Drizzle's common type does not say. For what its query
 * builder can't say, and for look-ups of every handshake: building a select anew costs more than all else about them.
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- names what the SQL answers, as Drizzle's own does
export async function execute<Row>(db: Queryable, query: SQL): Promise<{ rows: Row[] }> {
  return (await db.execute(query)) as { rows: Row[] };
}
