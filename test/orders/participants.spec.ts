import { describe, expect, it } from '@jest/globals';
import { statusCodes } from '../support/clients/ask.js';
import type { Page, Problem } from '../support/clients/ask.js';
import { admin, ask, carla, paul, rival, stack, stranger, setScene } from '../support/scenes/order-scene.js';
import { assign, placeOrder, setStatus } from '../support/scenes/order-story.js';

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

setScene();

describe('messages and location', () => {
  it('the chat is open to customer and partner only', async () => {
    const order = await placeOrder(stack, carla);
    await assign(stack, admin, order, paul);
    const line = `/api/orders/${order.id}/messages/`;
    const said = [
      await ask<{ id: string }>(`POST ${line}`, carla, { text: 'Where are you?' }),
      await ask<{ id: string }>(`POST ${line}`, paul, { text: 'At the door ' }),
    ];
    expect(said[0]).toMatchObject({ status: 201, body: { sender_id: carla.id, text: 'Where are you?' } });
    expect((await ask(`GET ${line}`, paul)).body).toEqual({ results: said.map(({ body }) => body), next_cursor: null });
    expect(await statusCodes(ask, `GET ${line}`, [carla, stranger, rival, admin])).toEqual([200, 403, 403, 200]);
    expect(await statusCodes(ask, `POST ${line}`, [stranger, rival, admin], { text: 'hi' })).toEqual([403, 403, 403]);
  });

  it('a message has 1 to 4,000 characters and is created once for an Idempotency-Key', async () => {
    const order = await placeOrder(stack, carla);
    const line = `POST /api/orders/${order.id}/messages/`;
    for (const text of ['', 'x'.repeat(4001), 'a\0b', 7, undefined]) {
      const answer = await ask<Problem>(line, carla, { text });
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '#/text' }] } });
    }
    const key = { 'Idempotency-Key': 'one-message' };
    const first = await ask(line, carla, { text: 'x'.repeat(4000) }, key);
    const again = await ask(line, carla, { text: 'x'.repeat(4000) }, key);
    expect(again).toMatchObject({ status: 201, body: first.body });
    const { body } = await ask<Page<unknown>>(`GET /api/orders/${order.id}/messages/`, carla);
    expect(body.results).toEqual([first.body]);
  });

  it('the assigned partner sends locations until the order ends', async () => {
    const order = await placeOrder(stack, carla);
    await assign(stack, admin, order, paul);
    const line = `POST /api/orders/${order.id}/location/`;
    const body = { latitude: 52.520008, longitude: 13.404954, heading: 90 };
    const answer = await ask(line, paul, body);
    expect(answer).toMatchObject({ status: 200, body: { ...body, timestamp: expect.stringMatching(ISO) } });
    expect(await statusCodes(ask, line, [carla, rival, admin], body)).toEqual([403, 403, 403]);
    await setStatus(stack, carla, order, 'cancelled');
    expect(await statusCodes(ask, line, [paul], body)).toEqual([409]);
  });

  it.each<[string, object]>([
    ['latitude', { latitude: 90.1 }],
    ['latitude', { latitude: '52' }],
    ['longitude', { longitude: -181 }],
    ['longitude', { longitude: null }],
    ['accuracy', { accuracy: -1 }],
    ['heading', { heading: 361 }],
    ['timestamp', { timestamp: 'yesterday' }],
    ['timestamp', { timestamp: '2026-13-01T00:00:00Z' }],
    ['timestamp', { timestamp: {} }],
  ])('a bad %s is rejected (%#)', async (member, members) => {
    const order = await placeOrder(stack, carla);
    await assign(stack, admin, order, paul);
    const body = { latitude: 1, longitude: 2, ...members };
    const answer = await ask<Problem>(`POST /api/orders/${order.id}/location/`, paul, body);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: `#/${member}` }] } });
  });
});
