import { describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { follow } from '../support/clients/follow.js';
import { admin, ask, stack, setScene } from '../support/scenes/notification-scene.js';
import { CONTENT, unread } from '../support/scenes/notification-story.js';
import { databaseOf, progressUntil } from './batch-story.js';
import type { Batch } from './batch-story.js';

const HOUR_MS = 3_600_000;
const OWN = '/ws/notifications/';

setScene();

const later = (ms = HOUR_MS): string => new Date(Date.now() + ms).toISOString();

async function schedule(members: object): Promise<Batch> {
  const answer = await ask<Batch>('POST /api/notifications/', admin, { ...CONTENT, send_at: later(), ...members });
  expect(answer.status).toBe(201);
  return answer.body;
}

/** Moves the scheduled time of the batches to now. */
async function letTimePass(batchId: string): Promise<void> {
  await databaseOf(stack).db.execute(
    sql`update pgboss.job set start_after = now() - interval '1 second' where data ->> 'batchId' = ${batchId}`,
  );
}

describe('a notification with send_at', () => {
  it('does not exist before its time, and is delivered at its time', async () => {
    const carla = await stack.people.customer();
    const sendAt = later();
    const batch = await schedule({ user_id: carla.id, send_at: sendAt, data: { a: 1 } });
    expect(batch).toMatchObject({ status: 'scheduled', total: 1, done: 0, send_at: sendAt, started_at: null });
    expect(await unread(ask, carla)).toBe(0);
    const [{ socket }, { socket: admins }] = [await follow(stack, OWN, carla), await follow(stack, OWN, admin)];
    await letTimePass(batch.batch_id);
    await socket.expectMessages(
      { type: 'notification', notification: { title: 'Hello', data: { a: 1 } } },
      { type: 'unread_count', count: 1 },
    );
    expect(await progressUntil(admins, 'done')).toMatchObject([{ batch_id: batch.batch_id, done: 1, failed: 0 }]);
  });

  it('is sent at its time without a request', async () => {
    const carla = await stack.people.customer();
    const { socket } = await follow(stack, OWN, carla);
    const at = Date.now() + 1_000;
    await schedule({ user_ids: [carla.id], send_at: new Date(at).toISOString() });
    await socket.expectMessages('notification', 'unread_count');
    expect(Date.now()).toBeGreaterThanOrEqual(at);
  });

  it('is sent to all users as one broadcast', async () => {
    const batch = await schedule({ broadcast: true, title: 'To all' });
    const carla = await stack.people.customer();
    const { socket } = await follow(stack, OWN, carla);
    await letTimePass(batch.batch_id);
    await socket.expectMessage({ type: 'notification', notification: { title: 'To all' } });
  });

  it('is not sent after it was cancelled', async () => {
    const carla = await stack.people.customer();
    const { batch_id: id } = await schedule({ user_id: carla.id });
    expect(await ask(`DELETE /api/notifications/batches/${id}/`, admin)).toMatchObject({
      status: 200,
      body: { status: 'cancelled', done: 0 },
    });
    const { socket } = await follow(stack, OWN, carla);
    await letTimePass(id);
    // Work that is scheduled later runs later.
    const next = await schedule({ user_id: carla.id, title: 'The next one' });
    await letTimePass(next.batch_id);
    await socket.expectMessages(
      { type: 'notification', notification: { title: 'The next one' } },
      { type: 'unread_count', count: 1 },
    );
  });

  it('is rejected for unknown users, and nothing is stored', async () => {
    const body = { ...CONTENT, user_id: 'nobody', send_at: later() };
    expect((await ask('POST /api/notifications/', admin, body)).status).toBe(404);
  });

  it('returns the same answer for the same Idempotency-Key', async () => {
    const carla = await stack.people.customer();
    const body = { ...CONTENT, user_id: carla.id, send_at: later() };
    const key = { 'Idempotency-Key': `later-${carla.id}` };
    const first = await ask<Batch>('POST /api/notifications/', admin, body, key);
    expect(await ask('POST /api/notifications/', admin, body, key)).toMatchObject({ status: 201, body: first.body });
  });
});
