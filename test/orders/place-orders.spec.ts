import { describe, expect, it } from '@jest/globals';
import { statusCodes } from '../support/clients/ask.js';
import type { Problem } from '../support/clients/ask.js';
import { admin, ask, carla, paul, stack, stranger, setScene } from '../support/scenes/order-scene.js';
import { ORDER_BODY, placeOrder } from '../support/scenes/order-story.js';
import type { Order } from '../support/scenes/order-story.js';
import { rest } from '../support/clients/rest.js';

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

setScene();

describe('POST orders/', () => {
  it('creates an order', async () => {
    const answer = await ask<Order>('POST /api/orders/', carla, { ...ORDER_BODY, notes: 'Ring twice' });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        ...ORDER_BODY,
        notes: 'Ring twice',
        customer_id: carla.id,
        partner_id: null,
        status: 'pending',
        status_display: 'Pending',
        total: 25.5,
        currency: 'USD',
        created_at: expect.stringMatching(ISO),
        updated_at: expect.stringMatching(ISO),
      },
    });
    expect((await ask(`GET /api/orders/${answer.body.id}`, carla)).body).toEqual(answer.body);
  });

  it.each([
    [[{ unit_price: 0.1, quantity: 3 }], 0.3],
    [[{ unit_price: '0.10', quantity: 3 }], 0.3],
    [[{ unit_price: 1.15, quantity: 100 }], 115],
    [[{ unit_price: 0, quantity: 1 }], 0],
    [Array.from({ length: 100 }, () => ({ unit_price: 9_999_999.99, quantity: 10_000 })), 9_999_999_990_000],
  ])('computes the total exactly (%#)', async (items, total) => {
    const named = items.map((item) => ({ name: 'thing', ...item }));
    expect(await placeOrder(stack, carla, { items: named })).toMatchObject({ total });
  });

  it.each<[string, unknown, string]>([
    ['items', undefined, '#/items'],
    ['items', [], '#/items'],
    ['items', 'a shirt', '#/items'],
    ['items', ['a shirt'], '#/items,#/items/0'],
    ['items', [[ORDER_BODY.items[0]]], '#/items'],
    ['items', Array.from({ length: 101 }, () => ORDER_BODY.items[0]), '#/items'],
    ['items', [{ ...ORDER_BODY.items[0], quantity: 0 }], '#/items/0/quantity'],
    ['items', [{ ...ORDER_BODY.items[0], quantity: 1.5 }], '#/items/0/quantity'],
    ['items', [{ ...ORDER_BODY.items[0], unit_price: -1 }], '#/items/0/unit_price'],
    ['items', [ORDER_BODY.items[0], { ...ORDER_BODY.items[0], unit_price: 1.999 }], '#/items/1/unit_price'],
    ['items', [{ ...ORDER_BODY.items[0], unit_price: '1e3' }], '#/items/0/unit_price'],
    ['items', [{ ...ORDER_BODY.items[0], name: '' }], '#/items/0/name'],
    ['items', [{ ...ORDER_BODY.items[0], name: 'a\0b' }], '#/items/0/name'],
    ['pickup_address', '', '#/pickup_address'],
    ['delivery_address', undefined, '#/delivery_address'],
    ['delivery_address', 'x'.repeat(501), '#/delivery_address'],
    ['notes', 'a\0b', '#/notes'],
    ['notes', 7, '#/notes'],
  ])('rejects bad %s (%#)', async (member, value, pointer) => {
    const answer = await ask<Problem>('POST /api/orders/', carla, { ...ORDER_BODY, [member]: value });
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.map((error) => error.pointer)).toEqual(pointer.split(','));
  });

  it('is permitted for customers', async () => {
    expect(await statusCodes(ask, 'POST /api/orders/', [carla, paul, admin], ORDER_BODY)).toEqual([201, 403, 403]);
    expect((await rest(stack.url, 'POST /api/orders/', { body: ORDER_BODY })).status).toBe(401);
  });

  it('creates one order for one Idempotency-Key', async () => {
    const key = { 'Idempotency-Key': 'the-same-order' };
    const answers = [
      await ask<Order>('POST /api/orders/', carla, ORDER_BODY, key),
      await ask<Order>('POST /api/orders', carla, ORDER_BODY, key),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(answers[1]?.body).toEqual(answers[0]?.body);
    expect(answers.map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
    expect((await ask('POST /api/orders/', carla, { ...ORDER_BODY, notes: 'other' }, key)).status).toBe(422);
    expect((await ask<Order>('POST /api/orders/', stranger, ORDER_BODY, key)).body.id).not.toBe(answers[0]?.body.id);
  });
});
