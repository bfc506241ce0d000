import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { crowd, progressUntil, received } from '../../batches/batch-story.js';
import type { Batch } from '../../batches/batch-story.js';
import { compileSources } from '../../support/servers/compiled-sources.js';
import type { CompiledSources } from '../../support/servers/compiled-sources.js';
import { follow } from '../../support/clients/follow.js';
import { CONTENT, notify } from '../../support/scenes/notification-story.js';
import type { Person } from '../../support/people.js';
import { startService } from '../../support/servers/service-process.js';
import type { ServiceProcess } from '../../support/servers/service-process.js';
import { startStack } from '../../support/stack.js';
import type { Stack } from '../../support/stack.js';

const USERS = 4_000;

describe('a worker that is killed in the middle of a batch', () => {
  const cleanUps: (() => unknown)[] = [];
  let compiled: CompiledSources;
  let stack: Stack;
  let admin: Person;
  let locker: pg.Client;

  beforeAll(async () => {
    compiled = compileSources();
    cleanUps.push(() => compiled.remove());
    stack = await startStack({ ROLES: 'api,realtime', JOB_RETRY_DELAY: '0' }, 'servers');
    cleanUps.push(() => stack.stop());
    admin = await stack.people.admin();
    locker = new pg.Client({ connectionString: stack.environment.DATABASE_URL });
    await locker.connect();
    cleanUps.push(() => locker.end());
  }, 120_000);
  afterAll(async () => {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  });

  const startWorker = async (): Promise<ServiceProcess> => {
    const worker = await startService(compiled, { ...stack.environment, ROLES: 'worker' });
    cleanUps.push(() => worker.stop());
    return worker;
  };

  async function untilItStands(): Promise<void> {
    for (;;) {
      const { rows } = await locker.query<{ standing: number }>(
        `select count(*)::int as standing from pg_locks where not granted and relation = 'batches'::regclass`,
      );
      if (rows[0]?.standing === 1) return;
    }
  }

  it('skips no user and notifies no user twice', async () => {
    const users = await crowd(stack, USERS);
    const { socket } = await follow(stack, '/ws/notifications/', admin);
    const doomed = await startWorker();
    await notify<Batch>(stack, admin, { ...CONTENT, user_ids: users });
    await socket.expectMessage('batch_progress');
    // The worker is killed when a slice has been notified, but not counted or committed.
    await locker.query('begin; lock table batches in share mode');
    await untilItStands();
    await doomed.kill();
    await locker.query('commit');
    expect((await received(stack, users)).all).toBeLessThan(USERS);
    // Another worker takes over after 15 seconds of silence, so the test does not limit the time between messages.
    await startWorker();
    const seen = await progressUntil(socket, 'done', 60_000);
    expect(seen.at(-1)).toMatchObject({ total: USERS, done: USERS, failed: 0 });
    expect(await received(stack, users)).toEqual({ all: USERS, most: 1 });
  }, 180_000);
});
