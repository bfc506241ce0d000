import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { assign, placeOrder, setStatus } from '../support/scenes/order-story.js';
import type { Person } from '../support/people.js';
import { must } from '../support/clients/rest.js';
import { open } from '../support/clients/socket-client.js';
import type { SocketClient } from '../support/clients/socket-client.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

const STEPS = ['confirmed', 'picked_up', 'in_progress', 'ready', 'out_for_delivery', 'completed'];

interface Info {
  readonly available_endpoints: Readonly<Record<string, { readonly path: string }>>;
}

/** The laundry marketplace: an app requests the socket URLs, a customer follows the order, a partner earns. */
describe('a bag of laundry', () => {
  let stack: Stack;
  let admin: Person;
  let customer: Person;
  let partner: Person;

  beforeAll(async () => {
    stack = await startStack();
    admin = await stack.people.admin();
    customer = await stack.people.customer();
    partner = await stack.people.partner();
  });

  afterAll(() => stack.stop());

  /** Connects like the app: token and paths from the API, then the socket. */
  async function connect(person: Person, name: string, orderId = ''): Promise<SocketClient> {
    const info = await must<Info>(stack.url, 'GET /api/realtime/info/', { token: person.accessToken });
    const { token } = await must<{ token: string }>(stack.url, 'GET /api/realtime/token/', {
      token: person.accessToken,
    });
    const path = info.available_endpoints[name]?.path.replace('{order_id}', orderId) ?? 'not listed';
    return open(stack.otherUrl + path, { token });
  }

  it('is picked up and returned, with live messages for everyone', async () => {
    const desk = await connect(partner, 'partner');
    await desk.expectMessage({ type: 'connection_established', partner: { user_id: partner.id } });
    const order = await placeOrder(stack, customer);
    const track = await connect(customer, 'order_tracking', order.id);
    await track.expectMessage({
      type: 'connection_established',
      order: { id: order.id, status: 'pending', total: 25.5 },
    });

    await assign(stack, admin, order, partner);
    await desk.expectMessage({ type: 'new_order', order: { id: order.id, total: 25.5 } });
    await track.expectMessage({ type: 'order_update', update: { order_id: order.id, status: 'pending' } });
    const van = await connect(partner, 'order_tracking', order.id);
    await van.expectMessage('connection_established');

    for (const status of STEPS) {
      await setStatus(stack, partner, order, status);
      for (const socket of [track, van]) {
        await socket.expectMessage({ type: 'order_update', update: { order_id: order.id, status } });
      }
      if (status !== 'picked_up') continue;
      van.send({ type: 'location_update', latitude: 52.52, longitude: 13.405, heading: 90, request_id: 'l1' });
      await van.expectMessages({ type: 'accepted', request_id: 'l1' }, { type: 'location', latitude: 52.52 });
      await track.expectMessage({ type: 'location', latitude: 52.52, longitude: 13.405, heading: 90 });
      track.send({ type: 'chat_message', text: 'Ring twice, please', request_id: 'c1' });
      await track.expectMessage({ type: 'chat_message', message: { text: 'Ring twice, please' }, request_id: 'c1' });
      const heard = await van.expectMessage({ type: 'chat_message', message: { sender_id: customer.id } });
      await desk.expectMessage({ type: 'chat_message', order_id: order.id, unread_count: 1 });
      expect(heard).not.toHaveProperty('request_id');
    }
    await desk.expectMessage({ type: 'earnings_update', amount: 25.5, total: 25.5, order_id: order.id });
    const earnings = await must(stack.url, 'GET /api/partners/me/earnings/', { token: partner.accessToken });
    expect(earnings).toMatchObject({ total: 25.5, currency: 'USD', results: [{ order_id: order.id, amount: 25.5 }] });
    const history = await must<{ results: { status: string }[] }>(stack.url, `GET /api/orders/${order.id}/history/`, {
      token: customer.accessToken,
    });
    expect(history.results.length).toBeGreaterThanOrEqual(STEPS.length);
  });
});
