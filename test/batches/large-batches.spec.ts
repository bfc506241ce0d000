import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askOf, statusCodes } from '../support/clients/ask.js';
import type { Page } from '../support/clients/ask.js';
import { follow } from '../support/clients/follow.js';
import { CONTENT } from '../support/scenes/notification-story.js';
import type { Notification } from '../support/scenes/notification-story.js';
import type { Person } from '../support/people.js';
import { startOwnStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';
import { crowd, progressUntil, received } from './batch-story.js';
import type { Batch } from './batch-story.js';

const NOBODY = '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f';

let stack: Stack;
let admin: Person;
let users: string[];
beforeAll(async () => {
  stack = await startOwnStack();
  admin = await stack.people.admin();
  users = await crowd(stack, 1_040);
});
afterAll(() => stack.stop());

const ask = askOf(() => stack);
const look = async (id: string): Promise<Batch> =>
  (await ask<Batch>(`GET /api/notifications/batches/${id}/`, admin)).body;

describe('a notification to more than 1,000 users', () => {
  it('is sent in the background, once to each user, and its progress can be read and is published', async () => {
    const carla = await stack.people.customer();
    const [{ socket }, { socket: carlas }] = [
      await follow(stack, '/ws/notifications/', admin),
      await follow(stack, '/ws/notifications/', carla),
    ];
    const userIds = [...users, ...users.slice(0, 5), NOBODY, 'nobody-else', carla.id];
    const answer = await ask<Batch>('POST /api/notifications/', admin, { ...CONTENT, user_ids: userIds });
    const total = users.length + 3;
    expect(answer).toMatchObject({
      status: 202,
      body: { status: 'running', total, done: 0, failed: 0, send_at: null },
    });
    const progress = await progressUntil(socket, 'done');
    expect(progress.length).toBeGreaterThan(5);
    expect(progress.map(({ done }) => done)).toEqual(progress.map(({ done }) => done).sort((a, b) => a - b));
    expect(progress.at(-1)).toMatchObject({ batch_id: answer.body.batch_id, total, done: total - 2, failed: 2 });
    expect(await look(answer.body.batch_id)).toEqual(progress.at(-1));
    expect(await received(stack, users)).toEqual({ all: users.length, most: 1 });
    await carlas.expectMessages(
      { type: 'notification', notification: { title: 'Hello' } },
      { type: 'unread_count', count: 1 },
    );
    expect((await ask<Page<Notification>>('GET /api/notifications/', carla)).body.results).toHaveLength(1);
  });

  it('is created once for one Idempotency-Key', async () => {
    const { socket } = await follow(stack, '/ws/notifications/', admin);
    const body = { ...CONTENT, user_ids: users };
    const key = { 'Idempotency-Key': 'one-batch' };
    const before = await received(stack, users);
    const first = await ask<Batch>('POST /api/notifications/', admin, body, key);
    const again = await ask<Batch>('POST /api/notifications/', admin, body, key);
    expect([again.status, again.body]).toEqual([202, first.body]);
    await progressUntil(socket, 'done');
    expect((await received(stack, users)).all).toBe(before.all + users.length);
  });

  it('is cancelled in the middle: notifications that were sent are kept, and no others are sent', async () => {
    const { socket } = await follow(stack, '/ws/notifications/', admin);
    const before = await received(stack, users);
    const { body } = await ask<Batch>('POST /api/notifications/', admin, { ...CONTENT, user_ids: users });
    await socket.expectMessage('batch_progress');
    const cancelled = await ask<Batch>(`DELETE /api/notifications/batches/${body.batch_id}/`, admin);
    expect(cancelled).toMatchObject({ status: 200, body: { status: 'cancelled', finished_at: expect.any(String) } });
    await progressUntil(socket, 'cancelled');
    expect(cancelled.body.done).toBeLessThan(users.length);
    expect((await received(stack, users)).all).toBe(before.all + cancelled.body.done);
    expect(await ask(`DELETE /api/notifications/batches/${body.batch_id}/`, admin)).toMatchObject({
      status: 200,
      body: cancelled.body,
    });
  });

  it('cannot be cancelled after all of it was sent', async () => {
    const { body } = await ask<Page<Batch>>('GET /api/notifications/batches/?status=done&limit=1', admin);
    const answer = await ask(`DELETE /api/notifications/batches/${String(body.results[0]?.batch_id)}/`, admin);
    expect(answer.status).toBe(409);
  });
});

describe('batches', () => {
  it('are listed, newest first, for administrators', async () => {
    const { body } = await ask<Page<Batch>>('GET /api/notifications/batches/?limit=2', admin);
    expect(body.results.map(({ status }) => status)).toEqual(['cancelled', 'done']);
    const next = await ask<Page<Batch>>(`GET /api/notifications/batches/?cursor=${String(body.next_cursor)}`, admin);
    expect(next.body.results).toHaveLength(1);
    const done = await ask<Page<Batch>>('GET /api/notifications/batches/?status=done', admin);
    expect(done.body.results).toHaveLength(2);
    expect((await ask('GET /api/notifications/batches/?status=lost', admin)).status).toBe(400);
  });

  it('are visible to administrators only, whether they exist or not', async () => {
    const { body } = await ask<Page<Batch>>('GET /api/notifications/batches/?limit=1', admin);
    const id = String(body.results[0]?.batch_id);
    const others = [await stack.people.customer(), await stack.people.partner()];
    for (const line of ['GET /api/notifications/batches/', `GET /api/notifications/batches/${id}`]) {
      expect(await statusCodes(ask, line, others)).toEqual([403, 403]);
    }
    expect(await statusCodes(ask, `DELETE /api/notifications/batches/${id}`, others)).toEqual([403, 403]);
    for (const wrong of [NOBODY, '7']) {
      expect((await ask(`GET /api/notifications/batches/${wrong}/`, admin)).status).toBe(404);
      expect((await ask(`DELETE /api/notifications/batches/${wrong}/`, admin)).status).toBe(404);
    }
  });
});
