import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TestingModule } from '@nestjs/testing';
import { sql } from 'drizzle-orm';
import { Database } from '../../src/database/database.js';
import { execute } from '../../src/database/execute.js';
import { DeadLetters } from '../../src/jobs/dead-letters.js';
import { JobStore } from '../../src/jobs/job-store.js';
import { JobFailed } from '../../src/jobs/job.js';
import { createStackDatabase, dropStackDatabase } from '../support/stack.js';
import { Errands, openJobsRoom } from './jobs-room.js';

describe('jobs', () => {
  let url: string;
  let room: TestingModule;
  let errands: Errands;
  let database: Database;

  const begin = async (overrides: Readonly<Record<string, string>> = {}): Promise<void> => {
    room = await openJobsRoom({ DATABASE_URL: url, ...overrides });
    errands = room.get(Errands);
    database = room.get(Database);
  };
  const enqueue = (errand: string): Promise<void> =>
    database.transaction((tx) => errands.jobs.enqueue(tx, errands.queue, { errand }));
  const stored = async (): Promise<{ state: string }[]> =>
    (await execute<{ state: string }>(database.db, sql`SELECT state FROM pgboss.job ORDER BY id`)).rows;

  beforeEach(async () => {
    url = await createStackDatabase();
    await begin();
  });
  afterEach(async () => {
    await room.close();
    await dropStackDatabase(url);
  });

  it('are executed after the commit, in order, and then deleted', async () => {
    await database.transaction(async (tx) => {
      await errands.jobs.enqueueAll(tx, errands.queue, [{ errand: 'first' }, { errand: 'second' }]);
      await errands.jobs.enqueue(tx, errands.queue, { errand: 'third' });
    });
    for (const errand of ['first', 'second', 'third']) {
      expect(await errands.attempts.take(errand)).toMatchObject({ data: { errand }, attempt: 1, isLastAttempt: false });
    }
    while ((await stored()).length > 0) await database.ping();
  });

  it('are not executed after a rollback', async () => {
    const rolledBack = database.transaction(async (tx) => {
      await errands.jobs.enqueue(tx, errands.queue, { errand: 'never' });
      throw new Error('rolled back');
    });
    await expect(rolledBack).rejects.toThrow('rolled back');
    expect(await stored()).toEqual([]);
  });

  it('are retried, with the number of the attempt, until they succeed', async () => {
    errands.behave = ({ attempt }) => {
      if (attempt < 3) throw new Error('not yet');
    };
    await enqueue('stubborn');
    expect((await errands.attempts.take('first')).attempt).toBe(1);
    expect((await errands.attempts.take('second')).attempt).toBe(2);
    expect((await errands.attempts.take('third')).attempt).toBe(3);
  });

  it('are delayed before a retry for as long as the handler says', async () => {
    errands.behave = ({ attempt }) => {
      if (attempt === 1) throw new JobFailed('busy', { retryAfterMs: 3_600_000 });
    };
    await enqueue('patient');
    await errands.attempts.take('the attempt');
    const wait = async (): Promise<number> => {
      const { rows } = await execute<{ wait: string }>(
        database.db,
        sql`SELECT extract(epoch FROM start_after - now()) AS wait FROM pgboss.job WHERE state = 'retry'`,
      );
      return rows[0] === undefined ? wait() : Number(rows[0].wait);
    };
    expect(await wait()).toBeGreaterThan(3_500);
  });

  it('are kept if every attempt fails, and retried once on request', async () => {
    await room.close();
    await begin({ JOB_RETRIES: '1' });
    let works = false;
    errands.behave = () => {
      if (!works) throw new Error('the shop is closed');
    };
    await enqueue('bread');
    await errands.attempts.take('first');
    expect(await errands.attempts.take('second')).toMatchObject({ attempt: 2, isLastAttempt: true });
    const deadLetters = room.get(DeadLetters);
    const dead = async () => (await deadLetters.list({ limit: 20 })).results;
    while ((await dead()).length === 0) await database.ping();
    expect(await dead()).toMatchObject([
      { queue: 'errands', data: { errand: 'bread' }, attempts: 2, error: 'the shop is closed' },
    ]);
    works = true;
    const [letter] = await dead();
    await deadLetters.retry(letter?.id ?? '');
    expect((await errands.attempts.take('third')).attempt).toBe(3);
    await expect(deadLetters.retry(letter?.id ?? '')).rejects.toMatchObject({ code: 'not_found' });
    await expect(deadLetters.retry('bread')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('become dead letters at once if they cannot succeed', async () => {
    errands.behave = () => {
      throw new JobFailed('no such shop', { retry: false });
    };
    await enqueue('hopeless');
    await errands.attempts.take('the attempt');
    while ((await stored())[0]?.state !== 'failed') await database.ping();
    expect(await room.get(DeadLetters).retryAll('errands')).toBe(1);
    expect((await errands.attempts.take('another attempt')).attempt).toBe(2);
  });

  it('end together with the changes of their work, or not at all', async () => {
    errands.behave = (job) =>
      database.transaction(async (tx) => {
        await job.finish(tx);
        if (job.attempt === 1) throw new Error('after the work');
      });
    await enqueue('atomic');
    await errands.attempts.take('first');
    expect((await errands.attempts.take('second')).attempt).toBe(2);
  });

  it('are taken over from a worker that stopped responding', async () => {
    await room.close();
    await begin({ ROLES: 'api' });
    await enqueue('abandoned');
    const silent = sql`state = 'active', started_on = now(), heartbeat_on = now() - interval '1 minute'`;
    await database.db.execute(sql`UPDATE pgboss.job SET ${silent}`);
    await room.get(JobStore).supervise();
    expect(await stored()).toEqual([{ state: 'retry' }]);
    await room.close();
    await begin({ ROLES: 'worker' });
    expect((await errands.attempts.take('the second attempt')).attempt).toBe(2);
  });

  it('wait only once per key if the queue says so', async () => {
    const startAfter = new Date(Date.now() + 3_600_000);
    await database.transaction(async (tx) => {
      await errands.jobs.enqueue(tx, errands.single, { errand: 'one' }, { key: 'a', startAfter });
      await errands.jobs.enqueue(tx, errands.single, { errand: 'again' }, { key: 'a', startAfter });
      await errands.jobs.enqueue(tx, errands.single, { errand: 'other' }, { key: 'b', startAfter });
    });
    expect(await stored()).toHaveLength(2);
  });

  it('are executed only by processes with the role worker', async () => {
    await room.close();
    await begin({ ROLES: 'api' });
    await enqueue('for somebody else');
    expect(await stored()).toMatchObject([{ state: 'created' }]);
    await room.close();
    await begin({ ROLES: 'worker' });
    await errands.attempts.take('the job of the other process');
  });
});
