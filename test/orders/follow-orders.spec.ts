import { describe, expect, it } from '@jest/globals';
import { ChannelLayer } from '../../src/channel-layer/interface/channel-layer.js';
import { follow } from '../support/clients/follow.js';
import { admin, carla, order, path, paul, setSceneWithOrder, stack } from '../support/scenes/order-scene.js';
import { assign, moveTo, placeOrder, setStatus } from '../support/scenes/order-story.js';
import { must, rest } from '../support/clients/rest.js';
import { open } from '../support/clients/socket-client.js';

const NOTHING = '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f';
const HERE = { latitude: 52.520008, longitude: 13.404954 };

setSceneWithOrder();

describe('a socket on /ws/orders/{order_id}/', () => {
  it('sends the order to its customer, its partner and administrators first', async () => {
    for (const person of [carla, paul, admin]) {
      const { greeting } = await follow(stack, path, person);
      expect(greeting).toMatchObject({ order, resumed: false, replayed: 0, ping_interval: 25 });
    }
    await follow(stack, `/ws/orders/${order.id.toUpperCase()}`, carla);
  });

  it('is closed for other users, and for an order that does not exist', async () => {
    const stranger = await stack.people.customer();
    for (const other of [stranger, await stack.people.partner()]) {
      const socket = await open(stack.otherUrl + path, { token: other.socketToken });
      await socket.expectClose(4003);
    }
    for (const nowhere of [NOTHING, 'nonsense', '7', '%00']) {
      const socket = await open(`${stack.otherUrl}/ws/orders/${nowhere}/`, { token: carla.socketToken });
      await socket.expectClose(4004);
    }
    const nobody = await open(stack.otherUrl + path);
    await nobody.expectClose(4001);
  });

  it('receives every step, from assignment to completion', async () => {
    const fresh = await placeOrder(stack, carla);
    const { socket } = await follow(stack, `/ws/orders/${fresh.id}/`, carla);
    const assigned = await assign(stack, admin, fresh, paul);
    expect(await socket.expectMessage('order_update')).toEqual({
      type: 'order_update',
      position: expect.any(String),
      update: {
        order_id: fresh.id,
        status: 'pending',
        status_display: 'Pending',
        partner_id: assigned.partner_id,
        updated_at: assigned.updated_at,
      },
    });
    await moveTo(stack, paul, fresh, 'completed');
    for (const status of ['confirmed', 'picked_up', 'in_progress', 'ready', 'out_for_delivery', 'completed']) {
      await socket.expectMessage({ type: 'order_update', update: { order_id: fresh.id, status } });
    }
  });

  it('receives the missed steps and chat messages when it resumes, and no locations', async () => {
    const { socket, greeting } = await follow(stack, path, carla);
    await socket.close();
    await setStatus(stack, paul, order, 'confirmed');
    const token = paul.accessToken;
    await must(stack.url, `POST /api/orders/${order.id}/location/`, { token, body: HERE });
    const message = await must(stack.url, `POST /api/orders/${order.id}/messages/`, {
      token,
      body: { text: 'On my way' },
    });
    const back = await follow(stack, path, carla, { since: greeting.position });
    expect(back.greeting).toMatchObject({ resumed: true, replayed: 2, order: { status: 'confirmed' } });
    await back.socket.expectMessage({ type: 'order_update', update: { status: 'confirmed' } });
    await back.socket.expectMessage({ type: 'chat_message', message });
  });

  it('closes the gap after GET orders/{id}/ with X-Stream-Position', async () => {
    const answer = await rest(stack.url, `GET /api/orders/${order.id}/`, { token: carla.accessToken });
    const since = answer.headers.get('X-Stream-Position') ?? '';
    await setStatus(stack, paul, order, 'confirmed');
    const { socket, greeting } = await follow(stack, path, carla, { since });
    expect(greeting).toMatchObject({ resumed: true, replayed: 1 });
    await socket.expectMessage({ type: 'order_update', update: { status: 'confirmed' } });
    const nowhere = await rest(stack.url, 'GET /api/orders/%00/', { token: carla.accessToken });
    expect(nowhere.status).toBe(404);
  });

  it("causes a message on the notification socket of the customer, except for the customer's own changes", async () => {
    const { socket } = await follow(stack, '/ws/notifications/', carla);
    const partner = await follow(stack, '/ws/notifications/', paul);
    await setStatus(stack, paul, order, 'confirmed');
    await socket.expectMessages(
      {
        type: 'notification',
        notification: { notification_type: 'order_update', data: { order_id: order.id, status: 'confirmed' } },
      },
      { type: 'unread_count' },
    );
    await setStatus(stack, carla, order, 'cancelled');
    await socket.expectNothing();
    await partner.socket.expectMessages(
      { type: 'notification', notification: { title: 'Order cancelled' } },
      'unread_count',
    );
  });
});

describe('the socket of a partner who loses the order', () => {
  it('is closed with 4003, while the other sockets of the partner stay open', async () => {
    const other = await assign(stack, admin, await placeOrder(stack, carla), paul);
    // The former partner may receive the update about the new partner before the socket is closed.
    const lost = await follow(stack, path, paul, { ignore: ['order_update', 'presence'] });
    const kept = await follow(stack, `/ws/orders/${other.id}/`, paul);
    const customers = await follow(stack, path, carla);
    await assign(stack, admin, order, await stack.people.partner());
    await lost.socket.expectClose(4003);
    await customers.socket.expectMessage('order_update');
    await customers.socket.expectNothing();
    await kept.socket.expectNothing();
    const again = await open(stack.otherUrl + path, { token: paul.socketToken });
    await again.expectClose(4003);
  });
});

describe('messages that Django sends to the group', () => {
  it('arrive live, without a position', async () => {
    const { socket } = await follow(stack, path, carla);
    const layer = stack.apps[0]?.get(ChannelLayer);
    for (const member of ['data', 'update']) {
      await layer?.groupSend(`order_${order.id}`, { type: 'order.update', [member]: { status: 'ready' } });
      const heard = await socket.expectMessage({ type: 'order_update', update: { status: 'ready' } });
      expect(heard).not.toHaveProperty('position');
    }
    await layer?.groupSend(`order_${order.id}`, { type: 'location', ...HERE, timestamp: 'now' });
    await socket.expectMessage({ type: 'location', ...HERE, timestamp: 'now' });
  });
});
