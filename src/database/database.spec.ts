import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { count, sql } from 'drizzle-orm';
import { pgTable, text } from 'drizzle-orm/pg-core';
import { createPgliteDatabase } from '../../test/support/servers/pglite-databases.js';
import { createTestDatabase } from '../../test/support/servers/test-databases.js';
import { Database } from './database.js';

const notes = pgTable('notes', { note: text('note').primaryKey() });

describe.each([
  ['PGlite', createPgliteDatabase],
  ['PostgreSQL', createTestDatabase],
])('Database on %s', (_name, createUrl) => {
  let database: Database;

  beforeAll(async () => {
    database = await Database.open(await createUrl());
    await database.db.execute(sql`create table notes (note text primary key)`);
  });
  afterAll(() => database.close());

  async function countOf(note: string): Promise<number> {
    const [row] = await database.db
      .select({ found: count() })
      .from(notes)
      .where(sql`note = ${note}`);
    return row?.found ?? -1;
  }

  it('has the tables of every room', async () => {
    await expect(
      database.db.execute(sql`select from users, notifications, orders, partners, streams`),
    ).resolves.toBeDefined();
  });

  it('returns the result of the work after the commit', async () => {
    const answer = await database.transaction(async (tx) => {
      await tx.db.insert(notes).values({ note: 'kept' });
      return 7;
    });
    expect([answer, await countOf('kept')]).toEqual([7, 1]);
  });

  it('rolls back if the work fails', async () => {
    const failing = database.transaction(async (tx) => {
      await tx.db.insert(notes).values({ note: 'lost' });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await countOf('lost')).toBe(0);
  });

  it('rolls back if a beforeCommit hook fails, and runs no afterCommit hook', async () => {
    const after = jest.fn<() => void>();
    const failing = database.transaction(async (tx) => {
      tx.beforeCommit(() => Promise.reject(new Error('not yet')));
      tx.afterCommit(after);
      await tx.db.insert(notes).values({ note: 'hooked' });
    });
    await expect(failing).rejects.toThrow('not yet');
    expect(await countOf('hooked')).toBe(0);
    expect(after).not.toHaveBeenCalled();
  });

  it('runs the beforeCommit hooks last inside the transaction, and the afterCommit hooks after it, in order', async () => {
    const order: string[] = [];
    await database.transaction(async (tx) => {
      tx.afterCommit(async () => void order.push(`after ${String(await countOf('in hook'))}`));
      tx.afterCommit(() => void order.push('after, second'));
      tx.beforeCommit(async () => {
        order.push('before');
        await tx.db.insert(notes).values({ note: 'in hook' });
        tx.beforeCommit(() => void order.push('before, added by a hook'));
      });
      order.push('work');
      await Promise.resolve();
    });
    await database.settle();
    expect(order).toEqual(['work', 'before', 'before, added by a hook', 'after, second', 'after 1']);
  });

  it('returns the results of the last statements, which see all earlier changes, before it runs the afterCommit hooks', async () => {
    const told: unknown[] = [];
    await database.transaction(async (tx) => {
      tx.atCommit(sql`select count(*)::int as found from notes where note in ('one', 'two')`, (rows) =>
        told.push(rows),
      );
      tx.afterCommit(() => void told.push('after'));
      tx.beforeCommit(async () => {
        await tx.db.insert(notes).values({ note: 'two' });
      });
      await tx.db.insert(notes).values({ note: 'one' });
    });
    await database.settle();
    expect(told).toEqual([[{ found: 2 }], 'after']);
  });

  it('rolls back if a last statement fails, and continues', async () => {
    const after = jest.fn<() => void>();
    const failing = database.transaction(async (tx) => {
      tx.atCommit(sql`insert into notes values ('kept')`, () => undefined);
      tx.atCommit(sql`insert into notes values ('too late')`, () => undefined);
      tx.afterCommit(after);
      await tx.db.insert(notes).values({ note: 'undone' });
    });
    await expect(failing).rejects.toThrow(/Failed query/);
    expect([await countOf('undone'), await countOf('too late'), after.mock.calls]).toEqual([0, 0, []]);
  });

  it('does not report a commit if PostgreSQL rolled back because of an error that the work ignored', async () => {
    const careless = database.transaction(async (tx) => {
      await tx.db.insert(notes).values({ note: 'careless' });
      await tx.db
        .insert(notes)
        .values({ note: 'kept' })
        .catch(() => undefined);
    });
    await expect(careless).rejects.toThrow();
    expect(await countOf('careless')).toBe(0);
  });

  it('neither waits for an afterCommit hook nor fails if the hook fails', async () => {
    const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    await database.transaction((tx) => {
      tx.afterCommit(() => Promise.reject(new Error('bus away')));
      tx.afterCommit(() => {
        throw new Error('bus still away');
      });
      return Promise.resolve();
    });
    await database.settle();
    expect(logged).toHaveBeenCalledTimes(2);
    logged.mockRestore();
  });

  it('runs several transactions at once', async () => {
    const all = ['a', 'b', 'c'].map((note) => database.transaction((tx) => tx.db.insert(notes).values({ note })));
    await expect(Promise.all(all)).resolves.toHaveLength(3);
  });

  it('answers a ping', async () => {
    await expect(database.ping()).resolves.toBeUndefined();
  });
});

describe('closing', () => {
  it('waits for the afterCommit hooks, and can be repeated', async () => {
    const database = await Database.open(await createPgliteDatabase());
    const { promise, resolve } = withResolvers();
    let closed = false;
    await database.transaction((tx) => {
      tx.afterCommit(() => promise);
      return Promise.resolve();
    });
    const closing = Promise.all([database.close(), database.onApplicationShutdown()]).then(() => (closed = true));
    await database.ping();
    expect(closed).toBe(false);
    resolve();
    await closing;
    expect(closed).toBe(true);
  });
});

describe('nested use on PGlite', () => {
  let database: Database;

  beforeAll(async () => (database = await Database.open(await createPgliteDatabase())));
  afterAll(() => database.close());

  it('throws instead of waiting for itself', async () => {
    const nested = database.transaction(() => database.transaction(() => Promise.resolve()));
    await expect(nested).rejects.toThrow('a transaction is open');
    const outside = database.transaction(() => database.db.execute(sql`select 1`).then(() => undefined));
    await expect(outside).rejects.toThrow('a transaction is open');
  });

  it('does not affect work that continues after the transaction', async () => {
    const { promise, resolve } = withResolvers();
    let later: Promise<unknown> | undefined;
    await database.transaction((tx) => {
      later = promise.then(() => database.db.execute(sql`select 1`));
      tx.afterCommit(() => database.transaction(() => Promise.resolve()));
      return Promise.resolve();
    });
    resolve();
    await expect(later).resolves.toBeDefined();
    await database.settle();
  });
});

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve!: () => void;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
