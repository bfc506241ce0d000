import { describe, expect, it } from '@jest/globals';
import { statusCodes } from '../support/clients/ask.js';
import type { Page, Problem } from '../support/clients/ask.js';
import { follow } from '../support/clients/follow.js';
import type { RestAnswer } from '../support/clients/rest.js';
import { admin, ask, carla, paul, rival, stack, stranger, setScene } from '../support/scenes/order-scene.js';
import { assign, moveTo, partnerId, placeOrder, setStatus } from '../support/scenes/order-story.js';

const NOTHING = '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f';

setScene();

describe('PATCH orders/{id}/status/', () => {
  it('changes through all statuses, step by step', async () => {
    const order = await placeOrder(stack, carla);
    await assign(stack, admin, order, paul);
    for (const status of ['confirmed', 'picked_up', 'in_progress', 'ready', 'out_for_delivery', 'completed']) {
      const moved = await setStatus(stack, paul, order, status);
      expect(moved).toMatchObject({ status, id: order.id });
      expect(moved.updated_at > order.updated_at).toBe(true);
    }
    expect(await statusCodes(ask, `PATCH /api/orders/${order.id}/status/`, [paul], { status: 'cancelled' })).toEqual([
      409,
    ]);
  });

  it.each(['picked_up', 'in_progress', 'completed'])('rejects the step from pending to %s', async (status) => {
    const order = await placeOrder(stack, carla);
    expect(await statusCodes(ask, `PATCH /api/orders/${order.id}/status/`, [admin], { status })).toEqual([409]);
  });

  it.each([{}, { status: 'lost' }, { status: 7 }, { status: null }])('rejects %o', async (body) => {
    const order = await placeOrder(stack, carla);
    const answer = await ask<Problem>(`PATCH /api/orders/${order.id}/status/`, admin, body);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '#/status' }] } });
  });

  it('is permitted for the assigned partner and administrators; the customer may cancel', async () => {
    const order = await placeOrder(stack, carla);
    await assign(stack, admin, order, paul);
    const line = `PATCH /api/orders/${order.id}/status/`;
    expect(await statusCodes(ask, line, [carla, stranger, rival], { status: 'confirmed' })).toEqual([403, 403, 403]);
    expect(await statusCodes(ask, line, [stranger, rival], { status: 'cancelled' })).toEqual([403, 403]);
    expect(await statusCodes(ask, line, [admin], { status: 'confirmed' })).toEqual([200]);
    expect(await statusCodes(ask, line, [carla], { status: 'cancelled' })).toEqual([200]);
    expect(await statusCodes(ask, line, [carla], { status: 'confirmed' })).toEqual([403]);
    expect(await statusCodes(ask, line, [paul], { status: 'confirmed' })).toEqual([409]);
  });

  it('does not cancel after the order was picked up', async () => {
    const order = await placeOrder(stack, carla);
    await moveTo(stack, admin, order, 'picked_up');
    const line = `PATCH /api/orders/${order.id}/status/`;
    expect(await statusCodes(ask, line, [carla, admin], { status: 'cancelled' })).toEqual([409, 409]);
  });

  it('accepts one of two different changes that arrive at once', async () => {
    const order = await placeOrder(stack, carla);
    await setStatus(stack, admin, order, 'confirmed');
    const both = await Promise.all([
      ask(`PATCH /api/orders/${order.id}/status/`, admin, { status: 'picked_up' }),
      ask(`PATCH /api/orders/${order.id}/status/`, carla, { status: 'cancelled' }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('answers a repeated status with the order, and changes nothing', async () => {
    const order = await placeOrder(stack, carla);
    const { socket } = await follow(stack, `/ws/orders/${order.id}/`, carla, { ignore: ['presence'] });
    const line = `PATCH /api/orders/${order.id}/status/`;
    expect((await ask(line, admin, { status: 'pending' })).body).toEqual(order);
    const change = (): Promise<RestAnswer<unknown>> => ask(line, admin, { status: 'confirmed' });
    const answers = await Promise.all([change(), change(), change()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    await socket.expectMessage({ type: 'order_update', update: { status: 'confirmed' } });
    for (const person of [carla, carla]) await setStatus(stack, person, order, 'cancelled');
    await socket.expectMessage({ type: 'order_update', update: { status: 'cancelled' } });
    await socket.expectNothing();
    const history = await ask<Page<{ to_status: string }>>(`GET /api/orders/${order.id}/history/`, carla);
    expect(history.body.results.map((line) => line.to_status)).toEqual(['pending', 'confirmed', 'cancelled']);
    const notices = await ask<Page<{ data: object }>>('GET /api/notifications/?limit=100', carla);
    const ofOrder = notices.body.results.filter(({ data }) => 'order_id' in data && data.order_id === order.id);
    expect(ofOrder).toMatchObject([{ title: 'Order confirmed' }]);
  });
});

describe('POST orders/{id}/assign/', () => {
  it('assigns the order to a partner, and to another one until it is picked up', async () => {
    const order = await placeOrder(stack, carla);
    expect(await assign(stack, admin, order, paul)).toMatchObject({
      status: 'pending',
      partner_id: await partnerId(stack, paul),
    });
    await setStatus(stack, paul, order, 'confirmed');
    await assign(stack, admin, order, rival);
    expect(await statusCodes(ask, `GET /api/orders/${order.id}/`, [paul, rival])).toEqual([403, 200]);
    await setStatus(stack, rival, order, 'picked_up');
    const body = { partner_id: await partnerId(stack, paul) };
    expect(await statusCodes(ask, `POST /api/orders/${order.id}/assign/`, [admin], body)).toEqual([409]);
  });

  it('changes nothing if the partner is already assigned', async () => {
    const order = await placeOrder(stack, carla);
    const first = await assign(stack, admin, order, paul);
    expect(await assign(stack, admin, order, paul)).toEqual(first);
    const history = await ask<Page<unknown>>(`GET /api/orders/${order.id}/history/`, carla);
    expect(history.body.results).toHaveLength(2);
  });

  it('requires an existing partner', async () => {
    const order = await placeOrder(stack, carla);
    for (const nobody of [NOTHING, paul.id, 'nonsense']) {
      const answer = await ask<Problem>(`POST /api/orders/${order.id}/assign/`, admin, { partner_id: nobody });
      expect(answer).toMatchObject({ status: 404, body: { errors: [{ pointer: '#/partner_id' }] } });
    }
    expect(await statusCodes(ask, `POST /api/orders/${order.id}/assign/`, [admin], {})).toEqual([400]);
  });

  it('is permitted for administrators', async () => {
    const order = await placeOrder(stack, carla);
    const body = { partner_id: await partnerId(stack, paul) };
    expect(await statusCodes(ask, `POST /api/orders/${order.id}/assign/`, [carla, paul], body)).toEqual([403, 403]);
  });
});
