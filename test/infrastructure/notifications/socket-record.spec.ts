import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deliveries, explained, until } from '../../deliveries/delivery-story.js';
import { askOf } from '../../support/clients/ask.js';
import { follow } from '../../support/clients/follow.js';
import { notify } from '../../support/scenes/notification-story.js';
import type { Person } from '../../support/people.js';
import { startStack } from '../../support/stack.js';
import type { Stack } from '../../support/stack.js';

const IGNORED = { ignore: ['unread_count'] };

describe('the delivery record of a notification on sockets', () => {
  let stack: Stack;
  let admin: Person;
  const ask = askOf(() => stack);

  beforeAll(async () => {
    stack = await startStack();
    admin = await stack.people.admin();
  }, 60_000);
  afterAll(() => stack.stop());

  /** Resolves when everything that was written to sockets has been recorded. */
  async function everythingIsRecorded(): Promise<void> {
    const marked = await stack.people.customer();
    const { socket } = await follow(stack, '/ws/notifications/', marked, IGNORED);
    const { id } = await notify(stack, admin, { user_id: marked.id });
    await socket.expectMessage('notification');
    await until(ask, marked, id, 'websocket', 'sent');
  }

  it('is sent after a write to a socket of the owner, but not after a write to a socket of another administrator', async () => {
    const carla = await stack.people.customer();
    const before = await follow(stack, '/ws/notifications/', carla);
    await before.socket.close();
    const since = before.greeting.position;
    const onlooking = `/ws/notifications/${carla.id}/`;
    const { socket: onlooker } = await follow(stack, onlooking, admin, IGNORED);
    const { id } = await notify(stack, admin, { user_id: carla.id });
    await onlooker.expectMessage('notification');
    const later = await follow(stack, onlooking, admin, { ...IGNORED, since });
    await later.socket.expectMessage('notification');
    await everythingIsRecorded();
    const [record] = await deliveries(ask, carla, id);
    expect(record).toMatchObject({ channel: 'websocket', status: 'queued' });
    expect(await explained(ask, carla, id, 'websocket')).toContain('has not had an open socket');

    const back = await follow(stack, '/ws/notifications/', carla, { ...IGNORED, since });
    await back.socket.expectMessage('notification');
    const sent = await until(ask, carla, id, 'websocket', 'sent');
    const again = await follow(stack, '/ws/notifications/', carla, { ...IGNORED, since });
    await again.socket.expectMessage('notification');
    await everythingIsRecorded();
    expect(await deliveries(ask, carla, id)).toContainEqual(sent);
  });

  it("is sent after a live message, and for an administrator's own notification", async () => {
    const { socket } = await follow(stack, `/ws/notifications/${admin.id}/`, admin, IGNORED);
    const { id } = await notify(stack, admin, { user_id: admin.id });
    await socket.expectMessage('notification');
    await until(ask, admin, id, 'websocket', 'sent');
  });
});
