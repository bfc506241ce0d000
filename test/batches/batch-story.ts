import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { Database } from '../../src/database/database.js';
import { execute } from '../../src/database/execute.js';
import type { Stack } from '../support/stack.js';
import type { SocketClient } from '../support/clients/socket-client.js';

/** The members of a batch that the stories read. */
export interface Batch {
  readonly batch_id: string;
  readonly status: string;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
}

/** The ids of that many customers, who never sign in. Registering each over REST would take minutes. */
export async function crowd(stack: Stack, size: number): Promise<string[]> {
  const prefix = `crowd-${randomBytes(4).toString('hex')}-`;
  await databaseOf(stack).db.execute(
    sql`insert into users (id, name) select ${prefix} || n, 'Somebody' from generate_series(1, ${size}::int) as n`,
  );
  return Array.from({ length: size }, (_, index) => `${prefix}${String(index + 1)}`);
}

/** The number of notifications of these users: the total, and the maximum for one user. */
export async function received(stack: Stack, userIds: readonly string[]): Promise<{ all: number; most: number }> {
  const { rows } = await execute<{ all: number; most: number }>(
    databaseOf(stack).db,
    sql`select coalesce(sum(own), 0)::int as all, coalesce(max(own), 0)::int as most from
          (select count(*) as own from notifications where user_id = any(${sql.param([...userIds])}::text[])
           group by user_id) as counts`,
  );
  return rows[0] ?? { all: 0, most: 0 };
}

/** The progress messages of a batch, including the last one. */
export async function progressUntil(socket: SocketClient, status: string, deadlineMs?: number): Promise<Batch[]> {
  const seen: Batch[] = [];
  do {
    const { batch } = await socket.expectMessage<{ batch: Batch }>('batch_progress', deadlineMs);
    seen.push(batch);
  } while (seen.at(-1)?.status !== status);
  return seen;
}

export function databaseOf(stack: Stack): Database {
  const [app] = stack.apps;
  if (!app) throw new Error('the stack has no node');
  return app.get(Database);
}

/** The number of notifications in the lists of these users. */
export async function shown(stack: Stack, userIds: readonly string[]): Promise<number> {
  const { rows } = await execute<{ shown: number }>(
    databaseOf(stack).db,
    sql`select count(*)::int as shown from notifications
        where user_id = any(${sql.param([...userIds])}::text[]) and hidden_at is null`,
  );
  return rows[0]?.shown ?? 0;
}
