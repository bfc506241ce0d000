import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { Database } from '../../../src/database/database.js';
import { execute } from '../../../src/database/execute.js';
import { deliveries, skipWaiting, until } from '../../deliveries/delivery-story.js';
import { askOf } from '../../support/clients/ask.js';
import { FcmPeer } from '../../support/peers/fcm-peer.js';
import { follow } from '../../support/clients/follow.js';
import { unread } from '../../support/scenes/notification-story.js';
import { assign, placeOrder } from '../../support/scenes/order-story.js';
import type { Order } from '../../support/scenes/order-story.js';
import type { Person } from '../../support/people.js';
import type { SocketClient } from '../../support/clients/socket-client.js';
import { startStack } from '../../support/stack.js';
import type { Stack } from '../../support/stack.js';

interface Told {
  readonly notification: { readonly id: string };
}

/** Messages are posted to one node; sockets are open on the other. */
describe('missed chat messages', () => {
  let fcm: FcmPeer;
  let stack: Stack;
  let admin: Person;
  let carla: Person;
  let paul: Person;
  let order: Order;
  let list: SocketClient;
  const ask = askOf(() => stack);

  beforeAll(async () => {
    fcm = await FcmPeer.start();
    stack = await startStack(fcm.variables, 'two-nodes');
    admin = await stack.people.admin();
  }, 120_000);
  beforeEach(async () => {
    [carla, paul] = [await stack.people.customer(), await stack.people.partner()];
    order = await assign(stack, admin, await placeOrder(stack, carla), paul);
    for (const person of [carla, paul]) {
      await ask('PATCH /api/auth/me/', person, { language: 'de' });
      await ask('POST /api/devices/', person, { kind: 'fcm', token: `phone-of:${person.id}` });
    }
    const ignore = ['unread_count', 'notification_status', 'chat_message', 'chat_read'];
    ({ socket: list } = await follow(stack, '/ws/notifications/', carla, { ignore }));
  });
  afterAll(async () => {
    await stack.stop();
    await fcm.stop();
  });

  const say = async (person: Person, text: string): Promise<string> =>
    (await ask<{ id: string }>(`POST /api/orders/${order.id}/messages/`, person, { text })).body.id;
  /** Only the pushes about the chat, because the push about the assignment may be late. */
  const pushesTo = (person: Person): unknown[] =>
    fcm.messages.filter(
      ({ token, data }) => token === `phone-of:${person.id}` && data.notification_type === 'chat_message',
    );
  const query = async <T>(text: ReturnType<typeof sql>): Promise<readonly T[]> =>
    (await execute<T & object>((stack.apps[0]?.get(Database) as Database).db, text)).rows;

  /** Resolves when no message is waiting for its notification. */
  async function gathered(person: Person): Promise<void> {
    const waiting = sql`select from order_messages where order_id = ${order.id} and sender_id <> ${person.id}
      and read_at is null and announced_at is null`;
    while ((await query(waiting)).length > 0) await skipWaiting(stack, person);
  }

  it('cause one notification for the customer, which later messages replace, and which is read with them', async () => {
    for (const text of ['eins', 'zwei', 'drei']) await say(paul, text);
    await gathered(carla);
    const { notification: first } = await list.expectMessage<Told>({
      type: 'notification',
      notification: {
        notification_type: 'chat_message',
        title: '3 Nachrichten von Ihrem Partner',
        message: 'eins\nzwei\ndrei',
        data: { order_id: order.id, sender: 'partner', count: 3, text: 'eins\nzwei\ndrei' },
      },
    });
    await until(ask, carla, first.id, 'push', 'sent');
    await until(ask, carla, first.id, 'websocket', 'sent');
    expect((await deliveries(ask, carla, first.id)).map(({ channel }) => channel)).toEqual(['websocket', 'push']);
    expect(pushesTo(carla)).toMatchObject([{ notification: { title: '3 Nachrichten von Ihrem Partner' } }]);

    const last = await say(paul, 'vier');
    await gathered(carla);
    await list.expectMessage({ type: 'notification_deleted', notification_id: first.id });
    const { notification: second } = await list.expectMessage<Told>({
      type: 'notification',
      notification: { title: '4 Nachrichten von Ihrem Partner', message: 'vier' },
    });
    expect(await unread(ask, carla)).toBe(1);

    await ask(`POST /api/orders/${order.id}/messages/${last}/read/`, carla);
    await list.expectMessage({ type: 'notification_read', notification_id: second.id });
    expect(await unread(ask, carla)).toBe(0);
    await until(ask, carla, second.id, 'push', 'sent');
    await list.expectNothing();
  });

  it('cause one notification for the partner, who reads the messages of the customer', async () => {
    const { socket } = await follow(stack, '/ws/notifications/', paul, {
      ignore: ['unread_count', 'notification_status', 'chat_message', 'chat_read'],
    });
    await say(carla, 'Bitte klingeln');
    await gathered(paul);
    await socket.expectMessage({
      type: 'notification',
      notification: { title: 'Nachricht vom Kunden', message: 'Bitte klingeln', data: { sender: 'customer' } },
    });
    await list.expectNothing();
  });

  it('cause no notification while the order is open on any node, or after they have been read', async () => {
    const { socket } = await follow(stack, `/ws/orders/${order.id}/`, carla, { ignore: ['chat_read'] });
    await socket.expectMessage('presence');
    await say(paul, 'Hallo');
    await socket.expectMessage('chat_message');
    await skipWaiting(stack, carla);
    // The first check finds the open socket. The second one is delayed until a dead socket would have been closed.
    const later = sql`select from pgboss.job where data->>'user_id' = ${carla.id} and start_after > now() + interval '11 s'`;
    while ((await query(later)).length === 0) continue;
    await query(sql`update order_messages set created_at = now() - interval '1 minute' where order_id = ${order.id}`);
    await gathered(carla);
    await socket.close();

    const id = await say(paul, 'Noch da?');
    await ask(`POST /api/orders/${order.id}/messages/${id}/read/`, carla);
    const jobs = sql`select from pgboss.job where data->>'user_id' = ${carla.id}`;
    while ((await query(jobs)).length > 0) await skipWaiting(stack, carla);
    await list.expectNothing();
    expect(await unread(ask, carla)).toBe(0);
    expect(pushesTo(carla)).toEqual([]);
  });

  it('cause no notification for a partner who has lost the order', async () => {
    const rival = await stack.people.partner();
    await say(carla, 'Für Paul');
    await assign(stack, admin, order, rival);
    await gathered(paul);
    const jobs = sql`select from pgboss.job where data->>'user_id' = ${paul.id} and name = 'notify_chat'`;
    while ((await query(jobs)).length > 0) continue;
    const { body } = await ask<{ results: unknown[] }>('GET /api/notifications/?type=chat_message', paul);
    expect(body.results).toEqual([]);
  });
});
