import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { crowd, progressUntil, received } from '../../batches/batch-story.js';
import type { Batch } from '../../batches/batch-story.js';
import { follow } from '../../support/clients/follow.js';
import { CONTENT, notify } from '../../support/scenes/notification-story.js';
import type { Person } from '../../support/people.js';
import { SeparateWorkers } from './separate-workers.js';

const USERS = 4_000;

describe('a worker that is killed in the middle of a batch', () => {
  let workers: SeparateWorkers;
  let admin: Person;
  let locker: pg.Client;

  beforeAll(async () => {
    workers = await SeparateWorkers.open();
    admin = await workers.stack.people.admin();
    locker = new pg.Client({ connectionString: workers.databaseUrl });
    await locker.connect();
  }, 120_000);
  afterAll(async () => {
    await locker.end();
    await workers.close();
  });

  it('skips no user and notifies no user twice', async () => {
    const { stack } = workers;
    const users = await crowd(stack, USERS);
    const { socket } = await follow(stack, '/ws/notifications/', admin);
    const killed = await workers.start();
    await notify<Batch>(stack, admin, { ...CONTENT, user_ids: users });
    await socket.expectMessage('batch_progress');
    // The worker is killed when a slice has been notified, but not counted or committed.
    await locker.query('begin; lock table batches in share mode');
    await workers.untilOneWaitsFor('batches');
    await killed.kill();
    await locker.query('commit');
    expect((await received(stack, users)).all).toBeLessThan(USERS);
    // Another worker takes over after 15 seconds of silence, so the test does not limit the time between messages.
    await workers.start();
    const seen = await progressUntil(socket, 'done', 60_000);
    expect(seen.at(-1)).toMatchObject({ total: USERS, done: USERS, failed: 0 });
    expect(await received(stack, users)).toEqual({ all: USERS, most: 1 });
  }, 180_000);
});
