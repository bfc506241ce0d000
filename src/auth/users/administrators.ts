import { and, asc, eq } from 'drizzle-orm';
import type { Queryable } from '../../database/backend/transaction.js';
import { users } from './users.table.js';

/** The ids of the administrators who are not disabled, in order. */
export async function administrators(db: Queryable): Promise<string[]> {
  return idsOf(await select(db));
}

/** Like `administrators`, with their rows locked in this order until the transaction ends, so that the last two cannot leave at once. */
export async function lockAdministrators(db: Queryable): Promise<string[]> {
  return idsOf(await select(db).for('update'));
}

function select(db: Queryable) {
  const isAdministrator = and(eq(users.role, 'admin'), eq(users.disabled, false));
  return db.select({ id: users.id }).from(users).where(isAdministrator).orderBy(asc(users.id));
}

function idsOf(rows: readonly { readonly id: string }[]): string[] {
  return rows.map(({ id }) => id);
}
