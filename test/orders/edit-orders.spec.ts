import { beforeEach, describe, expect, it } from '@jest/globals';
import { statusCodes } from '../support/clients/ask.js';
import type { Page, Problem } from '../support/clients/ask.js';
import { follow } from '../support/clients/follow.js';
import { must } from '../support/clients/rest.js';
import type { RestAnswer } from '../support/clients/rest.js';
import type { Person } from '../support/people.js';
import { PICKUP, north } from '../support/scenes/berlin.js';
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
  takeOrder,
} from '../support/scenes/order-scene.js';
import { ORDER_BODY, moveTo, placeOrder, setStatus } from '../support/scenes/order-story.js';
import type { Order } from '../support/scenes/order-story.js';

interface Change {
  readonly event: string;
  readonly changed_by: string;
  readonly reason?: string;
  readonly changes?: readonly object[];
}

interface Notice {
  readonly title: string;
  readonly message: string;
  readonly data: { readonly order_id?: string; readonly [member: string]: unknown };
}

const EVENING = { from: '2099-11-21T17:00:00.000Z', until: '2099-11-21T19:00:00.000Z' };
const soon = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
const window = { from: soon(2), until: soon(4) };

setSceneWithOrder();

const edit = (person: Person, body: object, headers?: Record<string, string>): Promise<RestAnswer<Order>> =>
  ask<Order>(`PATCH /api/orders/${order.id}/`, person, body, headers);
const history = async (): Promise<Change[]> =>
  (await ask<Page<Change>>(`GET /api/orders/${order.id}/history/`, carla)).body.results;
const events = async (): Promise<string[]> => (await history()).map(({ event }) => event);
const get = async (): Promise<Order> => (await ask<Order>(`GET /api/orders/${order.id}/`, carla)).body;

async function noticesOf(person: Person): Promise<Notice[]> {
  const { body } = await ask<Page<Notice>>('GET /api/notifications/?limit=100', person);
  return body.results.filter(({ data }) => data.order_id === order.id);
}

describe('PATCH orders/{id}/', () => {
  it('changes what the customer names, and tells everyone who follows the order', async () => {
    const { socket } = await follow(stack, path, paul);
    const items = [{ name: 'Shirts, ironed', quantity: 4, unit_price: '8.50' }];
    const { status, body } = await edit(carla, { version: 1, notes: 'Ring twice', items, wanted_window: window });
    expect(status).toBe(200);
    const set = { notes: 'Ring twice', items: [{ ...items[0], unit_price: 8.5 }], wanted_window: window, total: 34 };
    expect(body).toEqual({ ...order, ...set, version: 2, updated_at: expect.any(String) });
    expect(await get()).toEqual(body);
    expect(await socket.expectMessage('order_update')).toMatchObject({
      update: { order_id: order.id, status: 'pending', partner_id: order.partner_id, changed: { ...set, version: 2 } },
      position: expect.any(String),
    });
    expect((await history()).at(-1)).toMatchObject({
      event: 'edited',
      from_status: 'pending',
      to_status: 'pending',
      changed_by: carla.id,
      changes: [
        { field: 'items', from: [{ quantity: 3 }], to: [{ quantity: 4 }] },
        { field: 'notes', from: '', to: 'Ring twice' },
        { field: 'wanted_window', from: null, to: window },
        { field: 'total', from: 25.5, to: 34 },
      ],
    });
    expect((await noticesOf(paul))[0]).toMatchObject({
      title: 'Order updated',
      data: { event: 'edited', changed: ['items', 'notes', 'wanted_window', 'total'] },
    });
    expect(await noticesOf(carla)).toEqual([]);
  });

  it('is for administrators too: then customer and partner are notified', async () => {
    const addresses = { pickup_address: '3 New Street', delivery_location: PICKUP };
    expect((await edit(admin, { version: 1, ...addresses })).body).toMatchObject(addresses);
    for (const person of [carla, paul]) {
      expect((await noticesOf(person))[0]?.data).toMatchObject({ event: 'edited', pickup_address: '3 New Street' });
    }
  });

  it('removes coordinates and the wanted window with null', async () => {
    await takeOrder({ pickup_location: PICKUP, wanted_window: window });
    expect(order).toMatchObject({ wanted_window: window });
    const { body } = await edit(carla, { version: 1, pickup_location: null, wanted_window: null });
    expect(body).not.toHaveProperty('pickup_location');
    expect(body).not.toHaveProperty('wanted_window');
    expect((await history()).at(-1)?.changes).toMatchObject([
      { field: 'pickup_location', from: PICKUP, to: null },
      { field: 'wanted_window', from: window, to: null },
    ]);
  });

  it('changes nothing if nothing differs, so it can be repeated', async () => {
    const { socket } = await follow(stack, path, carla);
    expect((await edit(carla, { version: 1, ...ORDER_BODY })).body).toEqual(order);
    await edit(carla, { version: 1, notes: 'Ring' });
    await socket.expectMessage('order_update');
    expect(await edit(carla, { version: 1, notes: 'Ring' })).toMatchObject({ status: 200, body: { version: 2 } });
    await setStatus(stack, admin, order, 'confirmed');
    await socket.expectMessage('order_update');
    expect((await edit(carla, { version: 2, notes: 'Ring' })).status).toBe(200);
    await socket.expectNothing();
    expect(await events()).toEqual(['created', 'assigned', 'edited', 'status_changed']);
  });

  it('is rejected if the order was edited since the version it is based on', async () => {
    await edit(carla, { version: 1, notes: 'Ring twice' });
    const late = await ask<Problem>(`PATCH /api/orders/${order.id}/`, admin, { version: 1, notes: 'Do not ring' });
    expect(late).toMatchObject({ status: 409, body: { errors: [{ pointer: '#/version' }] } });
    expect(await get()).toMatchObject({ notes: 'Ring twice', version: 2 });
  });

  it('accepts one of several edits that arrive at once', async () => {
    const notes = ['one', 'two', 'three'];
    const answers = await Promise.all(notes.map((note) => edit(carla, { version: 1, notes: note })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    const accepted = answers.find(({ status }) => status === 200);
    expect(await get()).toEqual(accepted?.body);
    expect(await events()).toEqual(['created', 'assigned', 'edited']);
  });

  it('is a part of the order that is picked up, or rejected', async () => {
    await setStatus(stack, admin, order, 'confirmed');
    const [edited, picked] = await Promise.all([
      edit(carla, { version: 1, notes: 'Ring' }),
      ask<Order>(`PATCH /api/orders/${order.id}/status/`, paul, { status: 'picked_up' }),
    ]);
    expect(picked.status).toBe(200);
    const expected = edited.status === 200 ? ['edited', 'status_changed'] : ['status_changed'];
    expect([200, 409]).toContain(edited.status);
    expect((await events()).slice(3)).toEqual(expected);
    expect(picked.body).toMatchObject({ notes: edited.status === 200 ? 'Ring' : '' });
    expect((await edit(carla, { version: picked.body.version, notes: 'too late' })).status).toBe(409);
  });

  it('is made once for an Idempotency-Key', async () => {
    const key = { 'Idempotency-Key': `edit-${order.id}` };
    const body = { version: 1, notes: 'Ring' };
    const first = await edit(carla, body, key);
    await edit(carla, { version: 2, notes: 'Do not ring' });
    const again = await edit(carla, body, key);
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(again.headers.get('Idempotent-Replayed')).toBe('true');
    expect(await get()).toMatchObject({ notes: 'Do not ring', version: 3 });
  });

  it('is for the customer of the order and administrators', async () => {
    const body = { version: 1, notes: 'mine' };
    expect(await statusCodes(ask, `PATCH /api/orders/${order.id}/`, [paul, rival, stranger], body)).toEqual([
      403, 403, 403,
    ]);
  });

  it('is possible a hundred times', async () => {
    for (let version = 1; version <= 100; version += 1) await edit(carla, { version, notes: String(version) });
    expect(await edit(carla, { version: 101, notes: 'again' })).toMatchObject({ status: 409 });
    expect(await get()).toMatchObject({ notes: '100', version: 101 });
  });

  it.each([
    ['an edit without a version', { version: undefined, notes: 'x' }, '#/version'],
    ['version 0', { version: 0 }, '#/version'],
    ['null for notes', { notes: null }, '#/notes'],
    ['an empty address', { pickup_address: '' }, '#/pickup_address'],
    ['an order without items', { items: [] }, '#/items'],
    ['an item without quantity', { items: [{ name: 'pin', quantity: 0, unit_price: 1 }] }, '#/items/0/quantity'],
    ['a status', { status: 'completed' }, '#/status'],
    ['a window without times', { wanted_window: { from: 'noon', until: window.until } }, '#/wanted_window/from'],
    ['a window in many years', { wanted_window: EVENING }, '#/wanted_window/until'],
    [
      'a window that ends before it begins',
      { wanted_window: { from: window.until, until: window.from } },
      '#/wanted_window/until',
    ],
    [
      'a day that does not exist',
      { wanted_window: { from: '2026-02-30T00:00:00Z', until: window.until } },
      '#/wanted_window/from',
    ],
  ])('rejects %s', async (_case, members, pointer) => {
    const body = { version: 1, ...members };
    const answer = await ask<Problem>(`PATCH /api/orders/${order.id}/`, carla, body);
    expect(answer).toMatchObject({ status: 400 });
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ pointer }));
  });
});

describe('an order whose pickup place was edited', () => {
  beforeEach(() => takeOrder({ pickup_location: PICKUP }));

  it('announces the partner again, at the new place', async () => {
    const { socket } = await follow(stack, path, carla, { ignore: ['presence', 'location'] });
    const report = (body: object): Promise<unknown> =>
      must(stack.url, `POST /api/orders/${order.id}/location/`, { token: paul.accessToken, body });
    await report(north(300));
    await socket.expectMessage({ update: { event: 'nearby', place: 'pickup' } });
    await edit(carla, { version: 1, pickup_location: north(1_200) });
    await socket.expectMessage({ update: { changed: { version: 2 } } });
    await report(north(400));
    await report(north(1_000));
    await socket.expectMessage({ update: { event: 'nearby', place: 'pickup' } });
    await report(north(1_190));
    await socket.expectMessage({ update: { event: 'arrived', place: 'pickup' } });
    await socket.expectNothing();
  });
});

describe('the reason of a cancellation', () => {
  const cancel = (person: Person, body: object): Promise<RestAnswer<Problem>> =>
    ask<Problem>(`PATCH /api/orders/${order.id}/status/`, person, { status: 'cancelled', ...body });

  it('is in the message, the history and the notifications', async () => {
    const { socket } = await follow(stack, path, carla);
    expect((await cancel(paul, { reason: 'The shop is closed' })).status).toBe(200);
    await socket.expectMessage({ update: { status: 'cancelled', reason: 'The shop is closed' } });
    expect((await history()).at(-1)).toMatchObject({ to_status: 'cancelled', reason: 'The shop is closed' });
    expect((await noticesOf(carla))[0]).toMatchObject({
      title: 'Order cancelled',
      message: 'Order from 1 Main Street to 2 Side Street. Reason: The shop is closed',
      data: { reason: 'The shop is closed' },
    });
  });

  it('is optional', async () => {
    const { socket } = await follow(stack, path, carla);
    await cancel(carla, { reason: null });
    const { update } = await socket.expectMessage<{ update: object }>('order_update');
    expect(update).not.toHaveProperty('reason');
    expect((await noticesOf(paul))[0]).toMatchObject({ message: 'Order from 1 Main Street to 2 Side Street.' });
    expect((await history()).at(-1)).not.toHaveProperty('reason');
  });

  it.each([{ reason: '' }, { reason: 'x'.repeat(501) }, { reason: 7 }, { status: 'confirmed', reason: 'why' }])(
    'cannot be %j',
    async (body) => {
      expect(await cancel(admin, body)).toMatchObject({ status: 400, body: { errors: [{ pointer: '#/reason' }] } });
    },
  );

  it('is not shown to those who follow a link', async () => {
    const created = await placeOrder(stack, carla);
    await moveTo(stack, admin, created, 'confirmed');
    const line = `POST /api/orders/${created.id}/share/`;
    const { token } = await must<{ token: string }>(stack.url, line, { token: carla.accessToken, body: {} });
    const { socket } = await follow(stack, `/ws/shared-orders/${token}/`, carla);
    await ask(`PATCH /api/orders/${created.id}/`, carla, { version: 1, notes: 'secret' });
    const edited = await socket.expectMessage<{ update: object }>('order_update');
    expect(Object.keys(edited.update)).toEqual(['order_id', 'status', 'status_display', 'updated_at']);
    await ask(`PATCH /api/orders/${created.id}/status/`, carla, { status: 'cancelled', reason: 'secret' });
    const cancelled = await socket.expectMessage<{ update: object }>('order_update');
    expect(Object.keys(cancelled.update)).toEqual(['order_id', 'status', 'status_display', 'updated_at']);
    await socket.expectClose(4004);
  });
});
