import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { eq, sql } from 'drizzle-orm';
import { createPgliteDatabase } from '../../test/support/pglite-databases.js';
import { createTestDatabase } from '../../test/support/test-databases.js';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/backend/transaction.js';
import { Idempotency } from './idempotency.js';
import { idempotencyKeys } from './idempotency-keys.table.js';
import { idempotentRequest } from './idempotent-request.js';
import type { IdempotentRequest } from './idempotent-request.js';

/** A promise that a test fulfils. */
function gate(): { promise: Promise<void>; open: () => void } {
  let open!: () => void;
  const promise = new Promise<void>((resolve) => (open = resolve));
  return { promise, open };
}

let keys = 0;

function request(members: { key?: string; body?: unknown; principalId?: string } = {}): IdempotentRequest {
  const key = `key-${String(++keys)}`;
  return idempotentRequest({
    principalId: 'u1',
    method: 'POST',
    path: '/api/orders/',
    key,
    body: { a: 1 },
    ...members,
  });
}

describe.each([
  ['PGlite', createPgliteDatabase],
  ['PostgreSQL', createTestDatabase],
])('Idempotency on %s', (_name, createUrl) => {
  let database: Database;
  let idempotency: Idempotency;
  const work = jest.fn<(tx: Transaction) => Promise<unknown>>();

  beforeAll(async () => {
    database = await Database.open(await createUrl());
    idempotency = new Idempotency(database);
  });
  afterAll(() => database.close());
  beforeEach(() => {
    let runs = 0;
    work.mockReset().mockImplementation(() => Promise.resolve({ run: ++runs, text: 'ü\u0000"', nothing: null }));
  });

  it('does the work once and gives the same answer again', async () => {
    const same = request();
    const first = await idempotency.run(same, work);
    expect(await idempotency.run(same, work)).toEqual(first);
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('does it every time without a key', async () => {
    await idempotency.run(null, work);
    await idempotency.run(null, work);
    expect(work).toHaveBeenCalledTimes(2);
  });

  it('refuses the key with another body', async () => {
    await idempotency.run(request({ key: 'one' }), work);
    const other = idempotency.run(request({ key: 'one', body: { a: 2 } }), work);
    await expect(other).rejects.toMatchObject({ code: 'unprocessable' });
  });

  it('keeps the keys of different people apart', async () => {
    await idempotency.run(request({ key: 'shared' }), work);
    await idempotency.run(request({ key: 'shared', principalId: 'u2', body: { a: 2 } }), work);
    expect(work).toHaveBeenCalledTimes(2);
  });

  it('refuses the key while it is at work', async () => {
    const same = request();
    const { promise, open } = gate();
    work.mockImplementation(() => promise);
    const first = idempotency.run(same, work);
    await expect(idempotency.run(same, work)).rejects.toMatchObject({ code: 'conflict' });
    open();
    await expect(first).resolves.toBeUndefined();
    await expect(idempotency.run(same, work)).resolves.toBeNull();
  });

  it('frees the key when the work fails, in its hooks too', async () => {
    const same = request();
    work.mockRejectedValueOnce(new Error('out of luck'));
    await expect(idempotency.run(same, work)).rejects.toThrow('out of luck');
    work.mockImplementationOnce((tx) => {
      tx.beforeCommit(() => Promise.reject(new Error('at the last moment')));
      return Promise.resolve('too early');
    });
    await expect(idempotency.run(same, work)).rejects.toThrow('at the last moment');
    await expect(idempotency.run(same, work)).resolves.toMatchObject({ run: 1 });
  });

  it('forgets after 24 hours, and takes other expired rows away', async () => {
    const [old, older] = [request(), request()];
    await idempotency.run(old, work);
    await idempotency.run(older, work);
    await database.settle();
    await database.db.update(idempotencyKeys).set({ createdAt: sql`now() - interval '24 hours'` });
    await expect(idempotency.run(old, work)).resolves.toMatchObject({ run: 3 });
    await database.settle();
    const rows = await database.db.select({ id: idempotencyKeys.id }).from(idempotencyKeys);
    expect(rows).toEqual([{ id: old.id }]);
  });
});

describe('Idempotency on two nodes', () => {
  it('refuses the key while the other node is at work, and gives its answer afterwards', async () => {
    const url = await createTestDatabase();
    const nodes = await Promise.all([Database.open(url), Database.open(url)]);
    const [here, there] = nodes.map((node) => new Idempotency(node)) as [Idempotency, Idempotency];
    const same = request();
    const started = gate();
    const finish = gate();
    const first = here.run(same, async () => {
      started.open();
      await finish.promise;
      return { from: 'here' };
    });
    await started.promise;
    const work = jest.fn(() => Promise.resolve({ from: 'there' }));
    await expect(there.run(same, work)).rejects.toMatchObject({ code: 'conflict' });
    finish.open();
    await first;
    expect(await there.run(same, work)).toEqual({ from: 'here' });
    expect(work).not.toHaveBeenCalled();
    await Promise.all(nodes.map((node) => node.close()));
  });

  it('frees the key when the node at work dies', async () => {
    const url = await createTestDatabase();
    const nodes = await Promise.all([Database.open(url), Database.open(url)]);
    const [here, there] = nodes.map((node) => new Idempotency(node)) as [Idempotency, Idempotency];
    const same = request();
    const crashed = here.run(same, async (tx) => {
      await tx.db.execute(sql`select pg_terminate_backend(pg_backend_pid())`);
      return 'never';
    });
    await expect(crashed).rejects.toThrow();
    expect(await there.run(same, () => Promise.resolve('there'))).toBe('there');
    const kept = await nodes[1].db.select().from(idempotencyKeys).where(eq(idempotencyKeys.id, same.id));
    expect(kept).toMatchObject([{ answer: '"there"' }]);
    await Promise.all(nodes.map((node) => node.close()));
  });
});
