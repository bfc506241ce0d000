import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite, types } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import type { DatabaseLocation } from '../../config/values/database-location.js';
import { parseExact } from '../../exact-json/exact-json.js';
import type { DatabaseBackend } from './database-backend.js';
import { DatabaseStartFailed } from './database-start-failed.js';
import { FolderLock } from './folder-lock.js';
import { createPgliteFolder } from './pglite-folder.js';
import { MIGRATIONS_FOLDER } from './migrations-folder.js';
import type { Queryable } from './transaction.js';

/** PostgreSQL's default of 128 MiB would all be memory of this process. The operating system caches the files anyway. */
const START_PARAMS = [...PGlite.defaultStartParams, '-c', 'shared_buffers=16MB'];

const NESTED = 'a transaction is open: use its `tx.db`, or wait for its end (PGlite runs one transaction at a time)';

/** PostgreSQL in this process, in a folder or in memory. Throws DatabaseStartFailed. */
export async function openPglite(location: Exclude<DatabaseLocation, { kind: 'server' }>): Promise<DatabaseBackend> {
  if (location.kind === 'memory') return pgliteBackend(await start(undefined), () => undefined);
  await makeFolder(location.folder);
  const lock = FolderLock.take(location.folder);
  try {
    const folder = join(location.folder, 'postgres');
    await createPgliteFolder(folder);
    return pgliteBackend(await start(folder), () => lock.release());
  } catch (error) {
    lock.release();
    const reason = error instanceof Error ? error.message : String(error);
    throw new DatabaseStartFailed(`The database in ${location.folder} cannot be used: ${reason}`, { cause: error });
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new DatabaseStartFailed(`The data folder ${folder} cannot be created: ${code ?? message}`, { cause: error });
  }
}

async function start(folder: string | undefined): Promise<PGlite> {
  const client = await PGlite.create({
    ...(folder !== undefined && { dataDir: folder }),
    startParams: START_PARAMS,
    parsers: { [types.JSON]: parseExact, [types.JSONB]: parseExact },
  });
  try {
    await client.exec('set client_min_messages = warning');
    await migrate(drizzle({ client }), { migrationsFolder: MIGRATIONS_FOLDER });
    return client;
  } catch (error) {
    await client.close();
    throw error;
  }
}

function pgliteBackend(client: PGlite, release: () => void): DatabaseBackend {
  const db = drizzle({ client });
  const opened = new AsyncLocalStorage<{ open: boolean }>();
  const refuseNested = (): void => {
    if (opened.getStore()?.open === true) throw new Error(NESTED);
  };
  return {
    get db() {
      refuseNested();
      return db as unknown as Queryable;
    },
    transaction: (work) => {
      refuseNested();
      const state = { open: true };
      const run = () =>
        db.transaction(async (tx) => {
          const last = await work(tx);
          for (const { query, answer } of last) answer((await tx.execute(query)).rows);
        });
      return opened.run(state, run).finally(() => (state.open = false));
    },
    ping: async () => {
      await client.query('select 1');
    },
    pools: () => null,
    close: async () => {
      await client.close();
      release();
    },
  };
}
