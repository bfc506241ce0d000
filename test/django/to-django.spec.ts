import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { must } from '../support/clients/rest.js';
import { open } from '../support/clients/socket-client.js';
import type { SocketClient } from '../support/clients/socket-client.js';
import type { Account, Wire } from './support/django-project.js';
import { endsWithItsConsumer, expectQuiet, startNeighbours } from './support/neighbours.js';
import type { Neighbours } from './support/neighbours.js';

const LIFE = ['confirmed', 'picked_up', 'in_progress', 'ready', 'out_for_delivery', 'completed'];
const ORDER = {
  pickup_address: '1 Main Street',
  delivery_address: '2 Side Street',
  items: [{ name: 'Shirts, ironed', quantity: 3, unit_price: 8.5 }],
};

/**
 * Channels closes a client with 1011 as soon as its consumer receives an unknown type or misses a key. So an open
 * client proves that no consumer has failed.
 */
describe.each<Wire>(['pubsub', 'core'])('consumers of Django on the %s wire receive from our REST API', (wire) => {
  let neighbours: Neighbours;
  let tokens: Record<Account, string>;
  let order: { id: string };
  let partner: { id: string };
  let clients: Record<'notifications' | 'broadcasts' | 'order' | 'partner', SocketClient>;

  beforeAll(async () => {
    neighbours = await startNeighbours(wire);
    const { django } = neighbours;
    const accounts = ['carla', 'paul', 'ada'] as const;
    const [carla, paul, ada] = await Promise.all(accounts.map((account) => django.tokenWithRole(account)));
    tokens = { carla, paul, ada } as typeof tokens;
    partner = await ask('paul', 'GET /api/partners/me/');
    await ask('carla', 'GET /api/auth/me');
  }, 120_000);
  afterAll(() => neighbours.stop());

  beforeEach(async () => {
    const { django } = neighbours;
    order = await ask('carla', 'POST /api/orders/', ORDER);
    clients = {
      notifications: await django.open('/ws/notifications/', tokens.carla),
      broadcasts: await django.open('/ws/broadcasts/'),
      order: await django.open(`/ws/orders/${order.id}/`),
      partner: await django.open(`/ws/partner/${partner.id}/`),
    };
  });
  afterEach(async () => {
    await expectQuiet(...Object.values(clients));
    await Promise.all(Object.values(clients).map((client) => client.close()));
  });

  const ask = <T>(who: Account, line: string, body?: object): Promise<T> =>
    must<T>(neighbours.stack.url, line, { token: tokens[who], ...(body && { body }) });
  const notify = (audience: object, title: string): Promise<{ id: string }> =>
    ask('ada', 'POST /api/notifications/', { ...audience, notification_type: 'sale', title, message: 'M' });
  const assign = (): Promise<unknown> => ask('ada', `POST /api/orders/${order.id}/assign/`, { partner_id: partner.id });

  it('a notification and the unread count', async () => {
    const { id } = await notify({ user_id: '1' }, 'For Carla');
    await clients.notifications.expectMessages(
      {
        type: 'notification',
        notification: { id, notification_type: 'sale', title: 'For Carla', message: 'M', data: {}, is_read: false },
      },
      { type: 'unread_count', count: 1 },
    );
  });

  it('a broadcast, with either member that consumers read', async () => {
    const { id } = await notify({ broadcast: true }, 'For all');
    await clients.notifications.expectMessage({ type: 'notification', notification: { id, title: 'For all' } });
    const status = { notification_id: id, status: 'sent', timestamp: expect.any(String) };
    await clients.broadcasts.expectMessage({ type: 'notification_status', ...status });
  });

  it("the changes of an order, the partner's earning, the customer's notifications", async () => {
    await assign();
    await clients.partner.expectMessage({ type: 'new_order', order: { id: order.id, total: 25.5 } });
    await clients.order.expectMessage({ type: 'order_update', update: { order_id: order.id, status: 'pending' } });
    for (const status of LIFE) {
      await ask('paul', `PATCH /api/orders/${order.id}/status/`, { status });
      await clients.order.expectMessage({ type: 'order_update', update: { order_id: order.id, status } });
      await clients.notifications.expectMessages(
        { type: 'notification', notification: { data: { status } } },
        'unread_count',
      );
    }
    await clients.partner.expectMessage({ type: 'earnings_update', amount: 25.5, total: 25.5 });
  });

  it('a location, sent over REST or a socket', async () => {
    await assign();
    await clients.partner.expectMessage('new_order');
    await clients.order.expectMessage('order_update');
    const place = { latitude: 52.5, longitude: 13.25, timestamp: new Date().toISOString() };
    await ask('paul', `POST /api/orders/${order.id}/location/`, place);
    await clients.order.expectMessage({ type: 'location', ...place });
    const rider = await open(`${neighbours.stack.url}/ws/orders/${order.id}/`, {
      token: tokens.paul,
      ignore: ['presence', 'location'],
    });
    await rider.expectMessage('connection_established');
    const near = { latitude: 52.5001, longitude: 13.2501 };
    rider.send({ type: 'location_update', ...near });
    await clients.order.expectMessage({ type: 'location', ...near, timestamp: expect.any(String) });
  });

  it('no messages that would make a consumer fail: chat, presence, typing, read marks, deletions', async () => {
    const [first, second] = [await notify({ user_id: '1' }, 'one'), await notify({ user_id: '1' }, 'two')];
    for (const type of ['notification', 'unread_count', 'notification', 'unread_count']) {
      await clients.notifications.expectMessage(type);
    }
    const url = neighbours.stack.url;
    const reader = await open(`${url}/ws/notifications/`, { token: tokens.carla, ignore: ['unread_count'] });
    await reader.expectMessage('connection_established');
    reader.send({ type: 'mark_read', notification_id: first.id });
    await reader.expectMessage({ type: 'mark_read_response', success: true });
    await clients.notifications.expectMessage('unread_count');
    await ask('carla', `POST /api/notifications/${second.id}/read/`);
    await reader.expectMessage({ type: 'notification_read', notification_id: second.id });
    await clients.notifications.expectMessage('unread_count');
    await ask('carla', `DELETE /api/notifications/${second.id}/`);
    await reader.expectMessage({ type: 'notification_deleted', notification_id: second.id });

    const talker = await open(`${url}/ws/orders/${order.id}/`, { token: tokens.carla, ignore: ['presence', 'error'] });
    await talker.expectMessage('connection_established');
    talker.send({ type: 'typing', is_typing: true });
    talker.send({ type: 'chat_message', text: 'Ring twice' });
    await talker.expectMessage({ type: 'chat_message', message: { text: 'Ring twice' } });
    await ask('carla', `POST /api/orders/${order.id}/messages/`, { text: 'or thrice' });
    await talker.expectMessage({ type: 'chat_message', message: { text: 'or thrice' } });
    // The last message of each group proves that all earlier ones have arrived.
    await neighbours.django.groupSend(`order_${order.id}`, { type: 'order_update', data: { status: 'last' } });
    await clients.order.expectMessage({ type: 'order_update', update: { status: 'last' } });
    await talker.expectMessage({ type: 'order_update', update: { status: 'last' } });
    await notify({ user_id: '1' }, 'last');
    await clients.notifications.expectMessages('notification', 'unread_count');
    await reader.expectMessage('notification');
  });

  it('an unknown type, which does make a consumer fail, so that this spec would detect it', async () => {
    const ended = endsWithItsConsumer(clients.order);
    await neighbours.django.groupSend(`order_${order.id}`, { type: 'chat_message', text: 'unknown there' });
    await ended;
    expect(clients.order.raw.readyState).toBe(clients.order.raw.CLOSED);
    clients.order = await neighbours.django.open(`/ws/orders/${order.id}/`);
  });
});
