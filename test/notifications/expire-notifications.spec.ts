import { describe, expect, it } from '@jest/globals';
import type { Problem } from '../support/clients/ask.js';
import { follow } from '../support/clients/follow.js';
import { admin, ask, create, stack, setScene } from '../support/scenes/notification-scene.js';
import { CONTENT, titles, unread } from '../support/scenes/notification-story.js';

const OWN = '/ws/notifications/';
const soon = (ms: number): string => new Date(Date.now() + ms).toISOString();

setScene();

describe('a notification with expires_at', () => {
  it.each([
    ['own', false],
    ['broadcast', true],
  ] as const)('vanishes at that time: %s', async (_what, broadcast) => {
    const carla = await stack.people.customer();
    await create({ user_id: carla.id, title: 'stays' });
    const { socket, greeting } = await follow(stack, OWN, carla, { ignore: ['unread_count'] });
    const expires_at = soon(700);
    const audience = broadcast ? { broadcast } : { user_id: carla.id };
    const created = await create<{ id: string; expires_at: string }>({ ...audience, title: 'vanishes', expires_at });
    expect(created.expires_at).toBe(expires_at);
    await socket.expectMessage({ type: 'notification', notification: { id: created.id, expires_at } });
    await socket.expectMessage({
      type: 'notification_retracted',
      notification_id: created.id,
      broadcast,
      expired: true,
    });
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expires_at));
    expect([await titles(ask, carla), await unread(ask, carla)]).toEqual([['stays'], 1]);
    const resumed = await follow(stack, OWN, carla, { since: greeting.position });
    for (let n = 0; n < 2; n += 1) {
      await resumed.socket.expectMessage({ type: 'notification_retracted', notification_id: created.id });
    }
    await resumed.socket.expectNothing();
  });

  it('can be scheduled, and retracted before', async () => {
    const carla = await stack.people.customer();
    const { socket } = await follow(stack, OWN, carla, { ignore: ['unread_count'] });
    await create({ user_id: carla.id, send_at: soon(200), expires_at: soon(1_000) });
    await socket.expectMessage('notification');
    await socket.expectMessage({ type: 'notification_retracted', expired: true });
    const { id } = await create({ user_id: carla.id, expires_at: soon(500) });
    await socket.expectMessage('notification');
    await ask(`POST /api/notifications/${id}/retract/`, admin);
    await socket.expectMessage({ type: 'notification_retracted', notification_id: id });
    const next = await create({ user_id: carla.id, expires_at: soon(600) });
    await socket.expectMessage('notification');
    await socket.expectMessage({ type: 'notification_retracted', notification_id: next.id, expired: true });
  });

  it.each([
    ['in the past', { expires_at: '2020-01-01T00:00:00Z' }],
    ['before send_at', { send_at: soon(60_000), expires_at: soon(30_000) }],
    ['years ahead', { expires_at: '2199-01-01T00:00:00Z' }],
    ['without a zone', { expires_at: '2030-01-01T00:00:00' }],
    ['that does not exist', { expires_at: '2027-02-30T00:00:00Z' }],
  ])('is rejected for a time %s', async (_what, times) => {
    const body = { ...CONTENT, user_id: admin.id, ...times };
    expect(await ask<Problem>('POST /api/notifications/', admin, body)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '#/expires_at' }] },
    });
  });
});
