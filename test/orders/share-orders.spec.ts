import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DELIVERY, north } from '../support/scenes/berlin.js';
import { follow } from '../support/clients/follow.js';
import { assign, moveTo, placeOrder, setStatus } from '../support/scenes/order-story.js';
import type { Order } from '../support/scenes/order-story.js';
import type { Person } from '../support/people.js';
import { must, rest } from '../support/clients/rest.js';
import { share, followShare } from '../support/scenes/share-story.js';
import type { Share } from '../support/scenes/share-story.js';
import { open } from '../support/clients/socket-client.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

let stack: Stack;
let admin: Person;
let carla: Person;
let paul: Person;
let order: Order;
beforeAll(async () => {
  stack = await startStack();
  [admin, carla, paul] = [await stack.people.admin(), await stack.people.customer(), await stack.people.partner()];
});
beforeEach(async () => {
  order = await assign(stack, admin, await placeOrder(stack, carla, { delivery_location: DELIVERY }), paul);
});
afterAll(() => stack.stop());

const report = (body: object): Promise<unknown> =>
  must(stack.url, `POST /api/orders/${order.id}/location/`, { token: paul.accessToken, body });
const shares = (person = carla): Promise<{ results: Share[] }> =>
  must(stack.url, `GET /api/orders/${order.id}/share/`, { token: person.accessToken });

describe('a link to an order', () => {
  it('is created by its customer or an administrator, listed, and revoked', async () => {
    const mine = await share(stack, carla, order);
    const base = stack.url;
    expect(mine).toEqual({
      id: expect.any(String),
      token: expect.stringMatching(/^[\w-]{56}$/),
      url: `${base}/follow/#${mine.token}`,
      api_url: `${base}/api/shared-orders/${mine.token}/`,
      ws_url: `${base.replace('http', 'ws')}/ws/shared-orders/${mine.token}/`,
      created_by: carla.id,
      created_by_key: null,
      created_at: expect.any(String),
      expires_at: null,
    });
    const other = await share(stack, admin, order, { expires_in: 3_600 });
    expect(Math.abs(Date.parse(other.expires_at ?? '') - Date.now() - 3_600_000)).toBeLessThan(10_000);
    expect(await shares()).toEqual({ results: [other, mine], next_cursor: null });
    await must(stack.url, `DELETE /api/orders/${order.id}/share/${mine.id}/`, { token: admin.accessToken });
    expect(await shares()).toEqual({ results: [other], next_cursor: null });
  });

  it('is created once for an Idempotency-Key', async () => {
    const options = { token: carla.accessToken, body: {}, headers: { 'idempotency-key': `share-${order.id}` } };
    const line = `POST /api/orders/${order.id}/share/`;
    const [first, second] = [await must(stack.url, line, options), await must(stack.otherUrl, line, options)];
    expect((second as Share).token).toBe((first as Share).token);
    expect((await shares()).results).toHaveLength(1);
  });

  it('shows the status of the order and nothing else', async () => {
    await moveTo(stack, paul, order, 'out_for_delivery');
    await report(north(-2_000, DELIVERY));
    const { api_url: url, ws_url } = await share(stack, carla, order);
    const answer = await fetch(url);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toEqual({
      order: {
        id: order.id,
        status: 'out_for_delivery',
        status_display: 'Out for delivery',
        created_at: expect.any(String),
        updated_at: expect.any(String),
      },
      location: {
        ...north(-2_000, DELIVERY),
        timestamp: expect.any(String),
        eta: { place: 'delivery', distance_m: 2_000, seconds: 433, arrives_at: expect.any(String) },
      },
      expires_at: null,
      ws_url,
    });
  });

  it('shows live status, location and arrival, but no chat, presence, calls or partner', async () => {
    await moveTo(stack, paul, order, 'ready');
    const { socket, greeting } = await followShare(stack, await share(stack, carla, order));
    expect(greeting).toMatchObject({ order: { id: order.id, status: 'ready' }, location: null, expires_at: null });
    const { socket: partner } = await follow(stack, `/ws/orders/${order.id}/`, paul, {
      ignore: ['presence', 'accepted', 'chat_message', 'order_update', 'location'],
    });
    partner.send({ type: 'chat_message', text: 'The key is under the mat' });
    partner.send({ type: 'typing', is_typing: true });
    partner.send({ type: 'call_signal', call_id: 'c', signal: 'ring' });
    partner.send({ type: 'ping' });
    await partner.expectMessage('pong');
    await setStatus(stack, paul, order, 'out_for_delivery');
    expect(await socket.expectMessage('order_update')).toEqual({
      type: 'order_update',
      update: {
        order_id: order.id,
        status: 'out_for_delivery',
        status_display: 'Out for delivery',
        updated_at: expect.any(String),
      },
      position: expect.any(String),
    });
    await report(north(-300, DELIVERY));
    await socket.expectMessages(
      { type: 'location', eta: { place: 'delivery', distance_m: 300 } },
      { type: 'order_update', update: { event: 'nearby', place: 'delivery' } },
    );
    socket.send({ type: 'ping' });
    await socket.expectMessage('pong');
    await socket.expectNothing();
  });

  it('ends with the order: the last update, then 4004', async () => {
    const link = await share(stack, carla, order);
    const followers = [await followShare(stack, link), await followShare(stack, link)];
    await moveTo(stack, paul, order, 'completed');
    for (const { socket } of followers) {
      for (const status of ['confirmed', 'picked_up', 'in_progress', 'ready', 'out_for_delivery', 'completed']) {
        await socket.expectMessage({ type: 'order_update', update: { status } });
      }
      expect(await socket.expectClose(4004)).toMatchObject({ reason: 'The order has ended.', reconnect: false });
    }
    expect((await rest(stack.url, `GET /api/shared-orders/${link.token}/`)).status).toBe(410);
    const late = await open(`${stack.url}/ws/shared-orders/${link.token}/`);
    await late.expectClose(4004);
    expect((await shares()).results).toEqual([]);
    const again = await rest(stack.url, `POST /api/orders/${order.id}/share/`, { token: carla.accessToken, body: {} });
    expect(again.status).toBe(409);
  });

  it('ends at once when it is revoked, and other links stay valid', async () => {
    const [link, other] = [await share(stack, carla, order), await share(stack, carla, order)];
    const [revoked, kept] = [await followShare(stack, link), await followShare(stack, other)];
    const customer = await follow(stack, `/ws/orders/${order.id}/`, carla);
    const line = `DELETE /api/orders/${order.id}/share/${link.id}/`;
    await must(stack.url, line, { token: carla.accessToken });
    expect(await revoked.socket.expectClose(4004)).toMatchObject({ reason: 'This link was revoked.' });
    expect((await rest(stack.url, line, { token: carla.accessToken })).status).toBe(204);
    expect((await rest(stack.url, `GET /api/shared-orders/${link.token}/`)).status).toBe(410);
    for (const { socket } of [kept, customer]) await socket.expectNothing();
  });
});
