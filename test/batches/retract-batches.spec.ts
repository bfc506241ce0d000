import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askOf, statusCodes } from '../support/clients/ask.js';
import { follow } from '../support/clients/follow.js';
import type { Person } from '../support/people.js';
import { CONTENT, titles, unread } from '../support/scenes/notification-story.js';
import { startOwnStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';
import { crowd, progressUntil, shown } from './batch-story.js';
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
const send = async (members: object): Promise<Batch> =>
  (await ask<Batch>('POST /api/notifications/', admin, { ...CONTENT, ...members })).body;
const retract = (batch: Batch) => ask<Batch>(`POST /api/notifications/batches/${batch.batch_id}/retract/`, admin);

describe('a batch', () => {
  it('is retracted after it was sent: its notifications leave the lists, and sockets receive each retraction', async () => {
    const carla = await stack.people.customer();
    const { socket } = await follow(stack, '/ws/notifications/', admin);
    const { socket: carlas } = await follow(stack, '/ws/notifications/', carla);
    const batch = await send({ user_ids: [...users, carla.id] });
    await progressUntil(socket, 'done');
    const [sent] = await carlas.expectMessages('notification', { type: 'unread_count', count: 1 });
    const { id } = sent?.notification as { id: string };
    const answer = await retract(batch);
    expect(answer).toMatchObject({ status: 200, body: { status: 'done', retracted_at: expect.any(String) } });
    await carlas.expectMessages(
      { type: 'notification_retracted', notification_id: id },
      { type: 'unread_count', count: 0 },
    );
    await socket.expectMessage({ type: 'batch_progress', batch: { retracted: 0 } });
    await socket.expectMessage({ type: 'batch_progress', batch: { retracted: users.length + 1 } });
    expect([await titles(ask, carla), await unread(ask, carla)]).toEqual([[], 0]);
    expect(await shown(stack, users)).toBe(0);
    expect((await retract(batch)).body).toMatchObject({ ...answer.body, retracted: users.length + 1 });
    await socket.expectNothing();
  });

  it('is retracted while it is being sent: no more is sent, and nothing of it stays', async () => {
    const { socket } = await follow(stack, '/ws/notifications/', admin);
    const batch = await send({ user_ids: users });
    await socket.expectMessage('batch_progress');
    const { body } = await retract(batch);
    expect(body).toMatchObject({ status: 'cancelled', finished_at: expect.any(String) });
    expect(body.done).toBeLessThan(users.length);
    let retracted = 0;
    while (retracted === 0) {
      const { batch: progress } = await socket.expectMessage<{ batch: { retracted: number } }>('batch_progress');
      ({ retracted } = progress);
    }
    expect(retracted).toBe(body.done);
    expect(await shown(stack, users)).toBe(0);
  });

  it('is retracted before it is sent, and a retracted broadcast of a batch leaves the lists', async () => {
    const carla = await stack.people.customer();
    const later = await send({ user_id: carla.id, send_at: new Date(Date.now() + 3_600_000).toISOString() });
    expect((await retract(later)).body).toMatchObject({ status: 'cancelled', done: 0, retracted: 0 });
    const { socket } = await follow(stack, '/ws/notifications/', carla);
    const broadcast = await send({ broadcast: true, send_at: new Date(Date.now() + 300).toISOString() });
    const { notification } = await socket.expectMessage<{ notification: { id: string } }>('notification');
    await retract(broadcast);
    await socket.expectMessage({ type: 'notification_retracted', notification_id: notification.id, broadcast: true });
    expect([await titles(ask, carla), await unread(ask, carla)]).toEqual([[], 0]);
  });

  it('is retracted by administrators only', async () => {
    const carla = await stack.people.customer();
    const batch = await send({ user_id: carla.id, send_at: new Date(Date.now() + 3_600_000).toISOString() });
    const line = `POST /api/notifications/batches/${batch.batch_id}/retract/`;
    expect(await statusCodes(ask, line, [carla, await stack.people.partner()])).toEqual([403, 403]);
    expect((await ask(`POST /api/notifications/batches/${NOBODY}/retract/`, admin)).status).toBe(404);
    expect((await ask('POST /api/notifications/batches/7/retract/', admin)).status).toBe(404);
  });
});
