import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import type { Database } from '../../database/database.js';
import { execute } from '../../database/execute.js';
import type { Queryable } from '../../database/backend/transaction.js';

interface Row {
  readonly epoch: string;
  /** Where the epoch was made; null for one made by a release that did not store that. */
  readonly origin: string | null;
  readonly here: string;
}

/**
 * The epoch of the log in this database. It is made on first use, and made anew if the tables were copied here from somewhere
 * else, for example by pg_restore. A physical copy (a snapshot, a promoted standby) can't be told from the original.
 */
export async function readEpoch(database: Database): Promise<string> {
  const [row] = await select(database.db);
  if (row?.origin === row?.here && row) return row.epoch;
  return database.transaction(async ({ db }) => {
    await db.execute(sql`INSERT INTO stream_epoch (epoch) VALUES (${randomUUID()}) ON CONFLICT DO NOTHING`);
    // Of several nodes that start at once, the first one makes it.
    const [locked] = await select(db, sql`FOR UPDATE`);
    if (!locked) throw new Error('the log has no epoch');
    if (locked.origin === locked.here) return locked.epoch;
    if (locked.origin !== null) return makeNew(db);
    await db.execute(sql`UPDATE stream_epoch SET origin = ${locked.here}`);
    return locked.epoch;
  });
}

/** Gives the log a new epoch, after a restore. Running nodes notice within seconds. */
export function renewEpoch(database: Database): Promise<string> {
  return database.transaction(async ({ db }) => {
    await db.execute(sql`INSERT INTO stream_epoch (epoch) VALUES (${randomUUID()}) ON CONFLICT DO NOTHING`);
    await db.execute(sql`SELECT FROM stream_epoch FOR UPDATE`);
    return makeNew(db);
  });
}

async function makeNew(db: Queryable): Promise<string> {
  const epoch = randomUUID();
  await db.execute(sql`UPDATE stream_epoch SET epoch = ${epoch}, origin = ${await here(db)}`);
  // Transaction ids of another cluster may lie in this one's future: they would make streams look changed for ever.
  await db.execute(
    sql`UPDATE streams SET changed_by = pg_current_xact_id() WHERE changed_by >= pg_snapshot_xmax(pg_current_snapshot())`,
  );
  return epoch;
}

async function select(db: Queryable, lock: SQL = sql``): Promise<Row[]> {
  const { rows } = await execute<Row>(db, sql`SELECT epoch, origin, ${HERE} AS here FROM stream_epoch ${lock}`);
  return rows;
}

async function here(db: Queryable): Promise<string> {
  const { rows } = await execute<{ here: string }>(db, sql`SELECT ${HERE} AS here`);
  return rows[0]?.here ?? '';
}

/** The database cluster, the database in it, and the table in that: a restore changes at least one of them. */
const HERE = sql`concat_ws('/', (SELECT system_identifier FROM pg_control_system()),
  (SELECT oid FROM pg_database WHERE datname = current_database()), 'streams'::regclass::oid)`;
