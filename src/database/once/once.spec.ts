import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { eq, sql } from 'drizzle-orm';
import { createPgliteDatabase } from '../../../test/support/servers/pglite-databases.js';
import { createTestDatabase } from '../../../test/support/servers/test-databases.js';
import { Database } from '../database.js';
import type { Transaction } from '../backend/transaction.js';
import { idempotencyKeys } from './idempotency-keys.table.js';
import { idempotentRequest } from '../../idempotency/idempotent-request.js';
import type { OnceKey } from './once.js';

/** A promise that a test resolves. */
function gate(): { promise: Promise<void>; open: () => void } {
  let open!: () => void;
  const promise = new Promise<void>((resolve) => (open = resolve));
  return { promise, open };
}

let keys = 0;

function request(members: { key?: string; body?: unknown; principalId?: string } = {}): OnceKey {
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
])('work that is done once, on %s', (_name, createUrl) => {
  let database: Database;
  const work = jest.fn<(tx: Transaction) => Promise<unknown>>();

  beforeAll(async () => {
    database = await Database.open(await createUrl());
  });
  afterAll(() => database.close());
  beforeEach(() => {
    let runs = 0;
    work.mockReset().mockImplementation(() => Promise.resolve({ run: ++runs, text: 'ü\u0000"', nothing: null }));
  });

  it('is done once and returns the same answer again', async () => {
    const same = request();
    const first = await database.transaction(work, { once: same });
    expect(await database.transaction(work, { once: same })).toEqual(first);
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('is done every time if there is no key', async () => {
    await database.transaction(work, { once: null });
    await database.transaction(work, { once: null });
    expect(work).toHaveBeenCalledTimes(2);
  });

  it('rejects the key with another body', async () => {
    await database.transaction(work, { once: request({ key: 'one' }) });
    const other = database.transaction(work, { once: request({ key: 'one', body: { a: 2 } }) });
    await expect(other).rejects.toMatchObject({ code: 'unprocessable' });
  });

  it('treats equal keys of different users separately', async () => {
    await database.transaction(work, { once: request({ key: 'shared' }) });
    await database.transaction(work, { once: request({ key: 'shared', principalId: 'u2', body: { a: 2 } }) });
    expect(work).toHaveBeenCalledTimes(2);
  });

  it('rejects the key while the first request is running', async () => {
    const same = request();
    const { promise, open } = gate();
    work.mockImplementation(() => promise);
    const first = database.transaction(work, { once: same });
    await expect(database.transaction(work, { once: same })).rejects.toMatchObject({ code: 'conflict' });
    open();
    await expect(first).resolves.toBeUndefined();
    await expect(database.transaction(work, { once: same })).resolves.toBeNull();
  });

  it('frees the key if the work or one of its hooks fails', async () => {
    const same = request();
    work.mockRejectedValueOnce(new Error('out of luck'));
    await expect(database.transaction(work, { once: same })).rejects.toThrow('out of luck');
    work.mockImplementationOnce((tx) => {
      tx.beforeCommit(() => Promise.reject(new Error('at the last moment')));
      return Promise.resolve('too early');
    });
    await expect(database.transaction(work, { once: same })).rejects.toThrow('at the last moment');
    await expect(database.transaction(work, { once: same })).resolves.toMatchObject({ run: 1 });
  });

  it('deletes the key after 24 hours, and other expired rows too', async () => {
    const [old, older] = [request(), request()];
    await database.transaction(work, { once: old });
    await database.transaction(work, { once: older });
    await database.settle();
    await database.db.update(idempotencyKeys).set({ createdAt: sql`now() - interval '24 hours'` });
    await expect(database.transaction(work, { once: old })).resolves.toMatchObject({ run: 3 });
    await database.settle();
    const rows = await database.db.select({ id: idempotencyKeys.id }).from(idempotencyKeys);
    expect(rows).toEqual([{ id: old.id }]);
  });
});

describe('work that is done once, on two nodes', () => {
  it("rejects the key while the other node is working, and returns the other node's answer afterwards", async () => {
    const url = await createTestDatabase();
    const [one, other] = await Promise.all([Database.open(url), Database.open(url)]);
    const same = request();
    const started = gate();
    const finish = gate();
    const answer = async () => {
      started.open();
      await finish.promise;
      return { from: 'one' };
    };
    const first = one.transaction(answer, { once: same });
    await started.promise;
    const work = jest.fn(() => Promise.resolve({ from: 'other' }));
    await expect(other.transaction(work, { once: same })).rejects.toMatchObject({ code: 'conflict' });
    finish.open();
    await first;
    expect(await other.transaction(work, { once: same })).toEqual({ from: 'one' });
    expect(work).not.toHaveBeenCalled();
    await Promise.all([one.close(), other.close()]);
  });

  it('frees the key if the working node is killed', async () => {
    const url = await createTestDatabase();
    const [one, other] = await Promise.all([Database.open(url), Database.open(url)]);
    const same = request();
    const crash = async ({ db }: Transaction) => {
      await db.execute(sql`select pg_terminate_backend(pg_backend_pid())`);
      return 'never';
    };
    const crashed = one.transaction(crash, { once: same });
    await expect(crashed).rejects.toThrow();
    expect(await other.transaction(() => Promise.resolve('other'), { once: same })).toBe('other');
    const kept = await other.db.select().from(idempotencyKeys).where(eq(idempotencyKeys.id, same.id));
    expect(kept).toMatchObject([{ answer: '"other"' }]);
    await Promise.all([one.close(), other.close()]);
  });
});
