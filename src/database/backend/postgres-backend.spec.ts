import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { query } from '../../../test/support/servers/postgres-databases.js';
import { startPostgres } from '../../../test/support/servers/postgres-server.js';
import { createEmptyDatabase, createTestDatabase } from '../../../test/support/servers/test-databases.js';
import { isUnavailable } from '../../errors/error/unavailable.js';
import { Database } from '../database.js';
import { onPool } from './current-pool.js';
import { DatabaseStartFailed } from './database-start-failed.js';
import { openPostgres } from './postgres-backend.js';

describe('Database on PostgreSQL', () => {
  const opened: Database[] = [];
  afterEach(async () => {
    await Promise.allSettled(opened.splice(0).map((database) => database.close()));
  });

  async function open(url: string): Promise<Database> {
    const database = await Database.open(url);
    opened.push(database);
    return database;
  }

  it('lets ten nodes start at once on an empty database', async () => {
    const url = await createEmptyDatabase();
    await Promise.all(Array.from({ length: 10 }, () => open(url)));
    const applied = await query(url, 'select hash from drizzle.__drizzle_migrations');
    expect(applied.length).toBeGreaterThan(0);
    expect(new Set(applied.map(({ hash }) => hash)).size).toBe(applied.length);
    expect(await query(url, "select from pg_locks where locktype = 'advisory'")).toEqual([]);
  });

  it('uses no just-in-time compilation, on any connection of any pool', async () => {
    const url = await createTestDatabase();
    // As servers have it by default.
    await query(url, "do $$ begin execute format('alter database %I set jit = on', current_database()); end $$");
    const { db } = await open(url);
    const jobs = onPool('jobs', () => db.execute(sql`show jit`));
    const answers = await Promise.all([jobs, ...Array.from({ length: 5 }, () => db.execute(sql`show jit`))]);
    expect(answers.flatMap((answer) => (answer as { rows: unknown[] }).rows)).toEqual(Array(6).fill({ jit: 'off' }));
  });

  it('continues after its connections are cut, inside and outside a transaction', async () => {
    Logger.overrideLogger(false);
    const url = await createTestDatabase();
    const database = await open(url);
    const cut = database.transaction(async (tx) => {
      await tx.db.execute(sql`select 1`);
      await query(
        url,
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
      await tx.db.execute(sql`select 1`);
    });
    const error = await cut.catch((thrown: unknown) => thrown);
    expect(isUnavailable(error)).toBe(true);
    await expect(database.ping()).resolves.toBeUndefined();
  });

  it('throws unavailable while the server is stopped, and works again afterwards', async () => {
    Logger.overrideLogger(false);
    const server = await startPostgres();
    try {
      const database = await open(await server.createDatabase());
      await server.kill();
      const error = await database.db.execute(sql`select 1`).catch((thrown: unknown) => thrown);
      expect(isUnavailable(error)).toBe(true);
      await expect(database.ping()).rejects.toThrow();
      await server.restart();
      await expect(database.ping()).resolves.toBeUndefined();
    } finally {
      await server.stop();
    }
  });

  it('treats a server that no longer answers as unavailable, and does not reuse that connection', async () => {
    const backend = await openPostgres(await createTestDatabase(), { requests: 1, jobs: 1 }, 300);
    try {
      const stuck = backend.transaction(async (db) => {
        await db.execute(sql`select pg_sleep(60)`);
        return [];
      });
      const error = await stuck.catch((thrown: unknown) => thrown);
      expect(isUnavailable(error)).toBe(true);
      await expect(backend.ping()).resolves.toBeUndefined();
      expect(backend.pools()?.requests).toMatchObject({ total: 1, waiting: 0 });
    } finally {
      await backend.close();
    }
  });

  it('reports why it cannot start, on one line and without the password', async () => {
    const url = await createTestDatabase();
    const { port } = new URL(url);
    const failure = await open(`postgres://postgres:hush@127.0.0.1:${port}/nowhere`).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(DatabaseStartFailed);
    expect((failure as Error).message).toBe(
      `PostgreSQL at 127.0.0.1:${port}, database nowhere, cannot be used: database "nowhere" does not exist`,
    );
  });

  it('gives up on a server that accepts the connection and does not answer', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    try {
      await expect(open(`postgres://127.0.0.1:${port}/x`)).rejects.toThrow('timeout');
    } finally {
      silent.close();
    }
  }, 10_000);
});
