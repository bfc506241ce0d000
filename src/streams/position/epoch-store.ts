import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import type { Database } from '../../database/database.js';
import { execute } from '../../database/execute.js';
import type { Queryable } from '../../database/backend/transaction.js';

interface Row {
  readonly epoch: string;
  /** Where the epoch was made; null if it was made by a release that did not store that. */
  readonly origin: string | null;
  readonly currentOrigin: string;
}

/**
 * Returns the epoch of the log in this database. It is created on first use, and created again if the tables were copied from another
 * database, for example by pg_restore. A physical copy (a snapshot, a promoted standby) cannot be distinguished from the
 * original.
 */
export async function readEpoch(database: Database): Promise<string> {
  const [row] = await select(database.db);
  if (row?.origin === row?.currentOrigin && row) return row.epoch;
  return database.transaction(async ({ db }) => {
    await db.execute(sql`INSERT INTO stream_epoch (epoch) VALUES (${randomUUID()}) ON CONFLICT DO NOTHING`);
    // If several nodes start at once, the first one creates the epoch.
    const [locked] = await select(db, sql`FOR UPDATE`);
    if (!locked) throw new Error('the log has no epoch');
    if (locked.origin === locked.currentOrigin) return locked.epoch;
    if (locked.origin !== null) return makeNew(db);
    await db.execute(sql`UPDATE stream_epoch SET origin = ${locked.currentOrigin}`);
    return locked.epoch;
  });
}

/** Gives the log a new epoch after a restore. Running nodes detect it within seconds. */
export function renewEpoch(database: Database): Promise<string> {
  return database.transaction(async ({ db }) => {
    await db.execute(sql`INSERT INTO stream_epoch (epoch) VALUES (${randomUUID()}) ON CONFLICT DO NOTHING`);
    await db.execute(sql`SELECT FROM stream_epoch FOR UPDATE`);
    return makeNew(db);
  });
}

async function makeNew(db: Queryable): Promise<string> {
  const epoch = randomUUID();
  await db.execute(sql`UPDATE stream_epoch SET epoch = ${epoch}, origin = ${await currentOrigin(db)}`);
  // Transaction ids of another cluster may be in the future of this one: their streams would look changed forever.
  await db.execute(
    sql`UPDATE streams SET changed_by = pg_current_xact_id() WHERE changed_by >= pg_snapshot_xmax(pg_current_snapshot())`,
  );
  return epoch;
}

async function select(db: Queryable, lock: SQL = sql``): Promise<Row[]> {
  const { rows } = await execute<Row>(
    db,
    sql`SELECT epoch, origin, ${CURRENT_ORIGIN} AS "currentOrigin" FROM stream_epoch ${lock}`,
  );
  return rows;
}

async function currentOrigin(db: Queryable): Promise<string> {
  const { rows } = await execute<{ currentOrigin: string }>(db, sql`SELECT ${CURRENT_ORIGIN} AS "currentOrigin"`);
  return rows[0]?.currentOrigin ?? '';
}

/** Identifies the database cluster, the database and the table. A restore changes at least one of them. */
const CURRENT_ORIGIN = sql`concat_ws('/', (SELECT system_identifier FROM pg_control_system()),
  (SELECT oid FROM pg_database WHERE datname = current_database()), 'streams'::regclass::oid)`;
