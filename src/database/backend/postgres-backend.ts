import { Logger } from '@nestjs/common';
import { DrizzleQueryError } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { parseExact } from '../../exact-json/exact-json.js';
import type { DatabaseBackend, PoolName, PoolStatistics } from './database-backend.js';
import { DatabaseStartFailed } from './database-start-failed.js';
import { currentPool } from './current-pool.js';
import { MIGRATIONS_FOLDER } from './migrations-folder.js';
import { PostgresTransactions } from './postgres-transactions.js';
import type { Queryable } from './transaction.js';

const CONNECT_TIMEOUT_MS = 5000;
/** A server whose machine or network is down never answers. TCP alone would detect that after a quarter of an hour. */
const QUERY_TIMEOUT_MS = 30_000;
/**
 * Just-in-time compilation takes longer than any statement of this service. The planner uses it for cheap statements too, if a table
 * has no statistics yet. Not a startup parameter, because PgBouncer rejects those that it does not know.
 */
const NO_JIT = 'set jit = off';
/** Any number that no other program uses as a lock key: `tiding` in ASCII. */
const MIGRATION_LOCK = '128034709335655';

// Applies to all connections of this process: numbers in JSON keep all digits.
for (const type of [pg.types.builtins.JSON, pg.types.builtins.JSONB]) pg.types.setTypeParser(type, parseExact);

const logger = new Logger('Database');

/** The maximum number of connections per pool. Connections are opened when they are needed. */
export type PoolSizes = Readonly<Record<PoolName, number>>;

const POOL_SIZES: PoolSizes = { requests: 10, jobs: 5 };

/**
 * Throws DatabaseStartFailed. `sizes`: default 10 connections for requests and 5 for jobs. `queryTimeoutMs`: timeout of a
 * statement, except in migrations; default 30,000.
 */
export async function openPostgres(
  url: string,
  sizes: PoolSizes = POOL_SIZES,
  queryTimeoutMs = QUERY_TIMEOUT_MS,
): Promise<DatabaseBackend> {
  try {
    await migrateUnderLock(url);
  } catch (error) {
    throw startFailure(url, error);
  }
  const open = (name: PoolName): Connections => openPool(url, sizes[name], queryTimeoutMs);
  return postgresBackend({ requests: open('requests'), jobs: open('jobs') });
}

/** A pool and its transactions. */
interface Connections {
  readonly pool: pg.Pool;
  readonly db: Queryable;
  readonly transactions: PostgresTransactions;
}

function openPool(url: string, size: number, queryTimeoutMs: number): Connections {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: queryTimeoutMs,
    keepAlive: true,
    // Statements are sent without waiting for earlier results, see PostgresTransactions.
    pipeline: true,
  });
  // Both listeners are needed: the pool reports broken idle connections, the client reports borrowed ones that break between
  // statements.
  pool.on('error', logLost);
  pool.on('connect', (client) => {
    client.on('error', logLost);
    client.query(NO_JIT).catch(logLost);
  });
  return { pool, db: drizzle({ client: pool }), transactions: new PostgresTransactions(pool) };
}

function logLost(error: Error): void {
  logger.warn(`lost a connection to PostgreSQL: ${error.message}`);
}

function postgresBackend(pools: Readonly<Record<PoolName, Connections>>): DatabaseBackend {
  const all = Object.values(pools);
  return {
    get db() {
      return pools[currentPool()].db;
    },
    transaction: (work) => pools[currentPool()].transactions.run(work),
    ping: async () => {
      await pools.requests.pool.query('select 1');
    },
    pools: () => ({ requests: statisticsOf(pools.requests), jobs: statisticsOf(pools.jobs) }),
    close: async () => {
      await Promise.all(all.map(({ pool }) => pool.end()));
    },
  };
}

function statisticsOf({ pool }: Connections): PoolStatistics {
  return { total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount };
}

/** The lock belongs to the connection, so it is released if the process crashes during the migration. */
async function migrateUnderLock(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', logLost);
  try {
    await client.connect();
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    // Otherwise PostgreSQL reports "already exists, skipping" at every start.
    await client.query('set client_min_messages = warning');
    await migrate(drizzle({ client }), { migrationsFolder: MIGRATIONS_FOLDER });
  } finally {
    await client.end();
  }
}

function startFailure(url: string, error: unknown): DatabaseStartFailed {
  const { host, pathname } = new URL(url);
  const reason = reasonOf(error);
  const name = decodeURIComponent(pathname.slice(1));
  return new DatabaseStartFailed(
    `PostgreSQL at ${host}${name ? `, database ${name},` : ''} cannot be used: ${reason}`,
    {
      cause: error,
    },
  );
}

/** drizzle wraps the error of pg. A connection refused at several addresses has a code but no message. */
function reasonOf(error: unknown): string {
  const { message, code } = (error instanceof DrizzleQueryError ? error.cause : error) as NodeJS.ErrnoException;
  return message === '' ? (code ?? 'unknown reason') : message;
}
