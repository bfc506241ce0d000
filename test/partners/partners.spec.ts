import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { follow } from '../support/clients/follow.js';
import { assign, moveTo, partnerId, placeOrder, setStatus } from '../support/scenes/order-story.js';
import type { Order } from '../support/scenes/order-story.js';
import type { Person } from '../support/people.js';
import { rest } from '../support/clients/rest.js';
import type { RestAnswer } from '../support/clients/rest.js';
import { open } from '../support/clients/socket-client.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

interface Earnings {
  readonly total: number;
  readonly currency: string;
  readonly results: { order_id: string; amount: number; created_at: string }[];
  readonly next_cursor: string | null;
}

const SOCKET = '/ws/partner/';

let stack: Stack;
let admin: Person;
let carla: Person;
let paul: Person;
beforeAll(async () => {
  stack = await startStack();
  [admin, carla] = [await stack.people.admin(), await stack.people.customer()];
});
afterAll(() => stack.stop());

function ask<T>(line: string, person: Person): Promise<RestAnswer<T>> {
  return rest<T>(stack.url, line, { token: person.accessToken });
}

function assigned(items?: object[]): Promise<Order> {
  return placeOrder(stack, carla, items ? { items } : {}).then((order) => assign(stack, admin, order, paul));
}

describe('partners/me/', () => {
  it('is the same partner for a user, however many requests arrive at once', async () => {
    paul = await stack.people.partner('Paul');
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => ask<{ id: string }>('GET /api/partners/me/', paul)),
    );
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 200, body: { user_id: paul.id, name: 'Paul' } });
    expect(answers[0]?.body.id).not.toBe(paul.id);
  });

  it.each(['', 'orders/', 'earnings/', 'stream/'])('is for partners: %s', async (path) => {
    for (const other of [carla, admin]) expect((await ask(`GET /api/partners/me/${path}`, other)).status).toBe(403);
    expect((await rest(stack.url, `GET /api/partners/me/${path}`)).status).toBe(401);
  });
});

describe('earnings', () => {
  it('are booked with the completion of an order, and published', async () => {
    paul = await stack.people.partner();
    const { socket } = await follow(stack, SOCKET, paul, { ignore: ['new_order'] });
    const orders = [await assigned(), await assigned([{ name: 'pin', quantity: 3, unit_price: '0.10' }])] as const;
    await moveTo(stack, paul, orders[0], 'completed');
    const earning = { type: 'earnings_update', position: expect.any(String) };
    expect(await socket.expectMessage('earnings_update')).toEqual({
      ...earning,
      amount: 25.5,
      total: 25.5,
      order_id: orders[0].id,
    });
    await moveTo(stack, paul, orders[1], 'completed');
    await socket.expectMessage({ ...earning, amount: 0.3, total: 25.8, order_id: orders[1].id });
    const { body } = await ask<Earnings>('GET /api/partners/me/earnings/', paul);
    expect(body).toMatchObject({
      total: 25.8,
      currency: 'USD',
      results: [
        { order_id: orders[1].id, amount: 0.3 },
        { order_id: orders[0].id, amount: 25.5 },
      ],
      next_cursor: null,
    });
    const page = await ask<Earnings>('GET /api/partners/me/earnings/?limit=1', paul);
    expect(page.body).toMatchObject({ total: 25.8, results: [{ order_id: orders[1].id }] });
    const next = await ask<Earnings>(`GET /api/partners/me/earnings/?cursor=${page.body.next_cursor ?? ''}`, paul);
    expect(next.body.results).toEqual(body.results.slice(1));
  });

  it('are added correctly when orders are completed at the same moment', async () => {
    paul = await stack.people.partner();
    const { socket } = await follow(stack, SOCKET, paul, { ignore: ['new_order'] });
    const orders = await Promise.all([assigned(), assigned(), assigned()]);
    for (const order of orders) await moveTo(stack, paul, order, 'out_for_delivery');
    await Promise.all(orders.map((order) => setStatus(stack, paul, order, 'completed')));
    for (const total of [25.5, 51, 76.5]) await socket.expectMessage({ type: 'earnings_update', amount: 25.5, total });
    const { body } = await ask<Earnings>('GET /api/partners/me/earnings/', paul);
    expect(body).toMatchObject({ total: 76.5, results: [{}, {}, {}] });
  });

  it('are zero at first, and zero for a cancelled order', async () => {
    paul = await stack.people.partner();
    const order = await assigned();
    await setStatus(stack, carla, order, 'cancelled');
    const { body } = await ask<Earnings>('GET /api/partners/me/earnings/', paul);
    expect(body).toEqual({ total: 0, currency: 'USD', results: [], next_cursor: null });
  });

  it('are not booked for an order without an assigned partner', async () => {
    const order = await placeOrder(stack, carla);
    await moveTo(stack, admin, order, 'completed');
    expect((await ask<Order>(`GET /api/orders/${order.id}/`, carla)).body.status).toBe('completed');
  });
});

describe('a socket on /ws/partner/', () => {
  it('receives the partner first, and then a new order as REST shows it', async () => {
    paul = await stack.people.partner('Paul');
    const { socket, greeting } = await follow(stack, SOCKET, paul);
    expect(greeting).toMatchObject({
      partner: { id: await partnerId(stack, paul), user_id: paul.id, name: 'Paul' },
      resumed: false,
      replayed: 0,
    });
    const order = await assigned();
    expect(await socket.expectMessage('new_order')).toEqual({ type: 'new_order', order, position: expect.any(String) });
    await assign(stack, admin, order, paul);
    await socket.expectNothing();
  });

  it('receives missed messages when it resumes', async () => {
    paul = await stack.people.partner();
    const { socket, greeting } = await follow(stack, SOCKET, paul);
    await socket.close();
    const order = await assigned();
    await moveTo(stack, paul, order, 'completed');
    const back = await follow(stack, SOCKET, paul, { since: greeting.position });
    expect(back.greeting).toMatchObject({ resumed: true, replayed: 2 });
    await back.socket.expectMessage({ type: 'new_order', order: { id: order.id } });
    await back.socket.expectMessage({ type: 'earnings_update', order_id: order.id });
  });

  it('receives only its own orders', async () => {
    paul = await stack.people.partner();
    const { socket } = await follow(stack, SOCKET, await stack.people.partner());
    await assigned();
    await socket.expectNothing();
  });

  it('is for partners', async () => {
    for (const other of [carla, admin]) {
      const socket = await open(stack.otherUrl + SOCKET, { token: other.socketToken });
      await socket.expectClose(4003);
    }
    const nobody = await open(stack.otherUrl + SOCKET);
    await nobody.expectClose(4001);
  });

  it('accepts only the messages that every socket accepts', async () => {
    const { socket } = await follow(stack, SOCKET, await stack.people.partner());
    socket.send({ type: 'mark_all_read', request_id: 1 });
    await socket.expectMessage({ type: 'error', code: 'unknown_type', request_id: 1 });
    socket.send({ type: 'ping' });
    await socket.expectMessage('pong');
  });
});

describe('PUT partners/me/duty/', () => {
  it('ends and begins the duty of a partner, and tells their sockets', async () => {
    paul = await stack.people.partner();
    const { socket, greeting } = await follow(stack, SOCKET, paul);
    expect(greeting).toMatchObject({ partner: { on_duty: true } });
    const set = (on_duty: unknown, person = paul): Promise<RestAnswer<unknown>> =>
      rest(stack.url, 'PUT /api/partners/me/duty/', { token: person.accessToken, body: { on_duty } });
    for (const on_duty of [false, false, true]) {
      expect(await set(on_duty)).toMatchObject({ status: 200, body: { user_id: paul.id, on_duty } });
    }
    expect(await socket.expectMessage('duty_changed')).toEqual({
      type: 'duty_changed',
      on_duty: false,
      position: expect.any(String),
    });
    await socket.expectMessage({ type: 'duty_changed', on_duty: true });
    await socket.expectNothing();
    for (const bad of ['no', null, undefined, 1]) expect((await set(bad)).status).toBe(400);
    expect((await set(true, carla)).status).toBe(403);
  });
});
