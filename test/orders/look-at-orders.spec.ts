import { describe, expect, it } from '@jest/globals';
import { statusCodes } from '../support/clients/ask.js';
import type { Page } from '../support/clients/ask.js';
import { admin, ask, carla, paul, rival, stack, stranger, setScene } from '../support/scenes/order-scene.js';
import { assign, moveTo, partnerId, placeOrder } from '../support/scenes/order-story.js';
import type { Order } from '../support/scenes/order-story.js';
import type { Person } from '../support/people.js';
import { must, rest } from '../support/clients/rest.js';

const NOTHING = '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f';
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

setScene();

async function idsOf(line: string, person: Person): Promise<string[]> {
  const { body } = await ask<Page<Order>>(line, person);
  return body.results.map(({ id }) => id);
}

describe('GET orders/', () => {
  it('lists the own orders of customers, the assigned orders of partners, and all orders for administrators, newest first, in pages', async () => {
    const [nina, pete] = [await stack.people.customer(), await stack.people.partner()];
    const orders = [
      await placeOrder(stack, nina),
      await placeOrder(stack, carla),
      await placeOrder(stack, nina),
    ] as const;
    await assign(stack, admin, orders[1], pete);
    const ids = orders.map(({ id }) => id);
    expect(await idsOf('GET /api/orders/', nina)).toEqual([ids[2], ids[0]]);
    expect(await idsOf('GET /api/orders/', pete)).toEqual([ids[1]]);
    expect(await idsOf('GET /api/partners/me/orders/', pete)).toEqual([ids[1]]);
    const first = await ask<Page<Order>>('GET /api/orders/?limit=2', admin);
    const second = await ask<Page<Order>>(`GET /api/orders/?limit=1&cursor=${first.body.next_cursor ?? ''}`, admin);
    expect([...first.body.results, ...second.body.results].map(({ id }) => id)).toEqual([...ids].reverse());
  });

  it('requires a user', async () => {
    expect((await rest(stack.url, 'GET /api/orders/')).status).toBe(401);
    expect(await statusCodes(ask, 'GET /api/orders/?cursor=x', [carla])).toEqual([400]);
  });
});

describe('an order', () => {
  it('is visible to its participants and administrators', async () => {
    const order = await placeOrder(stack, carla);
    await assign(stack, admin, order, paul);
    for (const path of ['', 'history/']) {
      const line = `GET /api/orders/${order.id}/${path}`;
      expect(await statusCodes(ask, line, [carla, paul, admin, stranger, rival])).toEqual([200, 200, 200, 403, 403]);
      expect((await rest(stack.url, line)).status).toBe(401);
    }
    expect(await statusCodes(ask, `GET /api/orders/${order.id.toUpperCase()}/`, [carla])).toEqual([200]);
  });

  it.each([NOTHING, 'nonsense', '7', '%00'])('is 404 everywhere if it does not exist (%s)', async (id) => {
    for (const line of ['GET', 'GET history', 'GET messages']) {
      const [method, path = ''] = line.split(' ');
      expect(await statusCodes(ask, `${method} /api/orders/${id}/${path}`, [carla, admin])).toEqual([404, 404]);
    }
    expect(await statusCodes(ask, `PATCH /api/orders/${id}/status/`, [carla], { status: 'cancelled' })).toEqual([404]);
    expect(await statusCodes(ask, `POST /api/orders/${id}/assign/`, [admin], { partner_id: NOTHING })).toEqual([404]);
    expect(await statusCodes(ask, `POST /api/orders/${id}/messages/`, [carla], { text: 'hi' })).toEqual([404]);
    const here = { latitude: 1, longitude: 2 };
    expect(await statusCodes(ask, `POST /api/orders/${id}/location/`, [paul], here)).toEqual([404]);
  });

  it('has a history of changes, with user and time', async () => {
    const order = await placeOrder(stack, carla);
    await assign(stack, admin, order, paul);
    await moveTo(stack, paul, order, 'picked_up');
    const { results } = await must<Page<unknown>>(stack.url, `GET /api/orders/${order.id}/history/`, {
      token: carla.accessToken,
    });
    const paulsId = await partnerId(stack, paul);
    const row = { id: expect.any(String), created_at: expect.stringMatching(ISO), partner_id: paulsId };
    expect(results).toEqual([
      {
        ...row,
        event: 'created',
        from_status: null,
        to_status: 'pending',
        status_display: 'Pending',
        partner_id: null,
        changed_by: carla.id,
        changed_by_key: null,
      },
      {
        ...row,
        event: 'assigned',
        from_status: 'pending',
        to_status: 'pending',
        status_display: 'Pending',
        changed_by: admin.id,
        changed_by_key: null,
      },
      {
        ...row,
        event: 'status_changed',
        from_status: 'pending',
        to_status: 'confirmed',
        status_display: 'Confirmed',
        changed_by: paul.id,
        changed_by_key: null,
      },
      {
        ...row,
        event: 'status_changed',
        from_status: 'confirmed',
        to_status: 'picked_up',
        status_display: 'Picked up',
        changed_by: paul.id,
        changed_by_key: null,
      },
    ]);
    const page = await ask<Page<unknown>>(`GET /api/orders/${order.id}/history/?limit=3`, carla);
    const rest_ = await ask(
      `GET /api/orders/${order.id}/history/?limit=3&cursor=${page.body.next_cursor ?? ''}`,
      carla,
    );
    expect(rest_.body).toEqual({ results: results.slice(3), next_cursor: null });
  });
});
