import { Logger } from '@nestjs/common';
import { DrizzleQueryError } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { parseExact } from '../../exact-json/exact-json.js';
import type { DatabaseBackend } from './database-backend.js';
import { DatabaseStartFailed } from './database-start-failed.js';
import { MIGRATIONS_FOLDER } from './migrations-folder.js';
import { PostgresTransactions } from './postgres-transactions.js';

const CONNECT_TIMEOUT_MS = 5000;
/** A server whose machine or network is gone never answers; TCP alone would find that out after a quarter of an hour. */
const QUERY_TIMEOUT_MS = 30_000;
/** Any number nobody else uses: `tiding` in ASCII. */
const MIGRATION_LOCK = '128034709335655';

// For all connections of this process: numbers in JSON keep their digits.
for (const type of [pg.types.builtins.JSON, pg.types.builtins.JSONB]) pg.types.setTypeParser(type, parseExact);

const logger = new Logger('Database');

/** Throws DatabaseStartFailed. `queryTimeoutMs`: how long a statement may take, those of migrations aside. */
export async function openPostgres(url: string, queryTimeoutMs = QUERY_TIMEOUT_MS): Promise<DatabaseBackend> {
  const pool = new pg.Pool({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: queryTimeoutMs,
    keepAlive: true,
    // Statements that need not wait for each other's answers travel together, see PostgresTransactions.
    pipeline: true,
  });
  // Both are needed: the pool tells of idle connections that break, the client of borrowed ones between two statements.
  pool.on('error', logLost);
  pool.on('connect', (client) => client.on('error', logLost));
  try {
    await migrateUnderLock(url);
  } catch (error) {
    await pool.end();
    throw startFailure(url, error);
  }
  return postgresBackend(pool);
}

function logLost(error: Error): void {
  logger.warn(`lost a connection to PostgreSQL: ${error.message}`);
}

function postgresBackend(pool: pg.Pool): DatabaseBackend {
  const db = drizzle({ client: pool });
  const transactions = new PostgresTransactions(pool);
  return {
    db,
    transaction: (work) => transactions.run(work),
    ping: async () => {
      await pool.query('select 1');
    },
    pool: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    close: () => pool.end(),
  };
}

/** The lock belongs to the connection: a process that dies while migrating frees it. */
async function migrateUnderLock(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', logLost);
  try {
    await client.connect();
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    // Says "already exists, skipping" at every start otherwise.
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
  return new DatabaseStartFailed(`PostgreSQL at ${host}${name ? `, database ${name},` : ''} can't be used: ${reason}`, {
    cause: error,
  });
}

/** drizzle wraps what pg threw; a connection refused at several addresses has a code but no message. */
function reasonOf(error: unknown): string {
  const { message, code } = (error instanceof DrizzleQueryError ? error.cause : error) as NodeJS.ErrnoException;
  return message === '' ? (code ?? 'unknown reason') : message;
}
