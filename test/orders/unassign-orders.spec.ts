import { describe, expect, it } from '@jest/globals';
import { createApiKey } from '../support/clients/api-keys.js';
import { statusCodes } from '../support/clients/ask.js';
import type { Page, Problem } from '../support/clients/ask.js';
import { follow } from '../support/clients/follow.js';
import { must } from '../support/clients/rest.js';
import type { RestAnswer } from '../support/clients/rest.js';
import type { Person } from '../support/people.js';
import {
  admin,
  ask,
  carla,
  order,
  path,
  paul,
  rival,
  setSceneWithOrder,
  stack,
  stranger,
  takePendingOrder,
} from '../support/scenes/order-scene.js';
import { assign, moveTo, partnerId, setStatus } from '../support/scenes/order-story.js';
import type { Order } from '../support/scenes/order-story.js';
import type { SocketClient } from '../support/clients/socket-client.js';

interface Change {
  readonly event: string;
  readonly partner_id: string | null;
  readonly changed_by: string;
  readonly reason?: string;
}

interface Notice {
  readonly title: string;
  readonly message: string;
  readonly data: { readonly order_id?: string };
}

setSceneWithOrder();

const post = (action: string, person: Person, body: object = {}): Promise<RestAnswer<Order>> =>
  ask<Order>(`POST /api/orders/${order.id}/${action}/`, person, body);
const REASON = { reason: 'The bike is broken' };

async function lastChange(): Promise<Change | undefined> {
  const { body } = await ask<Page<Change>>(`GET /api/orders/${order.id}/history/`, carla);
  return body.results.at(-1);
}

async function newest(person: Person): Promise<Notice | undefined> {
  const { body } = await ask<Page<Notice>>('GET /api/notifications/?limit=100', person);
  return body.results.find(({ data }) => data.order_id === order.id);
}

/** The sockets that learn of the loss: the customer's on the order, and both of the partner's. */
async function watchers(): Promise<Record<'customer' | 'onOrder' | 'partner', SocketClient>> {
  const { socket: customer } = await follow(stack, path, carla);
  const { socket: onOrder } = await follow(stack, path, paul, { ignore: ['presence', 'order_update'] });
  const { socket: partner } = await follow(stack, '/ws/partner/', paul);
  return { customer, onOrder, partner };
}

async function expectLoss({ customer, onOrder, partner }: Awaited<ReturnType<typeof watchers>>): Promise<void> {
  await customer.expectMessage({ type: 'order_update', update: { partner_id: null, ...REASON } });
  await partner.expectMessage({ type: 'order_unassigned', order_id: order.id, position: expect.any(String) });
  await onOrder.expectClose(4003);
  expect((await ask(`GET /api/orders/${order.id}/`, paul)).status).toBe(403);
}

describe('POST orders/{id}/unassign/', () => {
  it('takes the order from its partner, and both sides learn it', async () => {
    const sockets = await watchers();
    const { status, body } = await post('unassign', admin, REASON);
    expect({ status, body }).toEqual({
      status: 200,
      body: { ...order, partner_id: null, updated_at: expect.any(String) },
    });
    await expectLoss(sockets);
    expect(await lastChange()).toMatchObject({
      event: 'unassigned',
      partner_id: null,
      changed_by: admin.id,
      ...REASON,
    });
    expect(await newest(paul)).toMatchObject({
      title: 'Order no longer assigned to you',
      message: 'Order from 1 Main Street to 2 Side Street. Reason: The bike is broken',
    });
    await sockets.customer.close();
    await assign(stack, admin, order, rival);
    expect((await setStatus(stack, rival, order, 'confirmed')).status).toBe('confirmed');
  });

  it('removes the partner from the participants', async () => {
    const { socket } = await follow(stack, path, carla, { ignore: ['order_update'] });
    const me = { user_id: carla.id, role: 'customer', online: true };
    await socket.expectMessage({ participants: [me, { user_id: paul.id, role: 'partner', online: false }] });
    await post('unassign', admin);
    const { participants } = await socket.expectMessage('presence');
    expect(participants).toEqual([me]);
  });

  it('changes nothing if the order has no partner, and needs no reason', async () => {
    await post('unassign', admin);
    expect(await lastChange()).not.toHaveProperty('reason');
    const { socket } = await follow(stack, path, carla);
    expect(await post('unassign', admin)).toMatchObject({ status: 200, body: { partner_id: null } });
    await socket.expectNothing();
  });

  it('is for administrators, until the order is picked up', async () => {
    expect(await statusCodes(ask, `POST /api/orders/${order.id}/unassign/`, [carla, paul], {})).toEqual([403, 403]);
    await moveTo(stack, paul, order, 'picked_up');
    expect((await post('unassign', admin)).status).toBe(409);
    expect((await post('hand-back', paul, REASON)).status).toBe(409);
  });
});

describe('POST orders/{id}/hand-back/', () => {
  it('returns the order, and notifies the administrator who assigned it', async () => {
    await setStatus(stack, paul, order, 'confirmed');
    const sockets = await watchers();
    const { socket: dispatcher } = await follow(stack, '/ws/notifications/', admin, { ignore: ['unread_count'] });
    expect(await post('hand-back', paul, REASON)).toMatchObject({
      status: 200,
      body: { partner_id: null, status: 'confirmed' },
    });
    await expectLoss(sockets);
    expect(await lastChange()).toMatchObject({ event: 'handed_back', changed_by: paul.id, ...REASON });
    await dispatcher.expectMessage({
      type: 'notification',
      notification: {
        title: 'Order handed back by its partner',
        message: 'Order from 1 Main Street to 2 Side Street. Reason: The bike is broken',
        data: { order_id: order.id, event: 'handed_back', ...REASON },
      },
    });
  });

  it('notifies the administrator who created the API key that assigned the order', async () => {
    await takePendingOrder();
    const creator = await stack.people.admin();
    const { key } = await createApiKey(stack, creator, ['orders:write']);
    const body = { partner_id: await partnerId(stack, paul) };
    await must(stack.url, `POST /api/orders/${order.id}/assign/`, { token: key, body });
    await post('hand-back', paul, REASON);
    expect(await newest(creator)).toMatchObject({ title: 'Order handed back by its partner' });
  });

  it('is for the partner of the order, with a reason', async () => {
    const line = `POST /api/orders/${order.id}/hand-back/`;
    expect(await statusCodes(ask, line, [carla, admin, rival, stranger], REASON)).toEqual([403, 403, 403, 403]);
    const answer = await ask<Problem>(line, paul, {});
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '#/reason' }] } });
  });

  it('happens once for an Idempotency-Key', async () => {
    const key = { 'Idempotency-Key': `back-${order.id}` };
    const line = `POST /api/orders/${order.id}/hand-back/`;
    const first = await ask(line, paul, REASON, key);
    expect(await ask(line, paul, REASON, key)).toMatchObject({ status: 200, body: first.body });
    expect((await ask(line, paul, REASON)).status).toBe(403);
  });

  it('and a pick-up at the same moment: exactly one happens', async () => {
    await setStatus(stack, paul, order, 'confirmed');
    const answers = await Promise.all([
      post('hand-back', paul, REASON),
      ask<Order>(`PATCH /api/orders/${order.id}/status/`, paul, { status: 'picked_up' }),
    ]);
    const [back, picked] = answers.map(({ status }) => status);
    expect([
      [200, 403],
      [409, 200],
    ]).toContainEqual([back, picked]);
    const { body } = await ask<Order>(`GET /api/orders/${order.id}/`, carla);
    expect(body).toMatchObject(
      back === 200 ? { status: 'confirmed', partner_id: null } : { status: 'picked_up', partner_id: order.partner_id },
    );
  });
});
