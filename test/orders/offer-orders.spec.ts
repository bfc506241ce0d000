import { beforeEach, describe, expect, it } from '@jest/globals';
import { statusCodes } from '../support/clients/ask.js';
import type { Page, Problem } from '../support/clients/ask.js';
import { follow } from '../support/clients/follow.js';
import { rest } from '../support/clients/rest.js';
import type { RestAnswer } from '../support/clients/rest.js';
import type { SocketClient } from '../support/clients/socket-client.js';
import type { Person } from '../support/people.js';
import {
  admin,
  ask,
  carla,
  order,
  path,
  paul,
  rival,
  setScene,
  stack,
  stranger,
  takePendingOrder,
} from '../support/scenes/order-scene.js';
import { assign, moveTo, partnerId, setStatus } from '../support/scenes/order-story.js';
import type { Order } from '../support/scenes/order-story.js';

interface Offer {
  readonly partner_id: string;
  readonly state: string;
  readonly expires_at: string | null;
  readonly reason?: string;
}

setScene();

let ids: Record<'paul' | 'rival', string>;
beforeEach(async () => {
  await takePendingOrder();
  ids = { paul: await partnerId(stack, paul), rival: await partnerId(stack, rival) };
});

const post = <T = Order>(action: string, person: Person, body?: object): Promise<RestAnswer<T>> =>
  ask<T>(`POST /api/orders/${order.id}/${action}/`, person, body);
const offer = (partners: readonly string[], deadline = 600, headers?: Record<string, string>) =>
  ask<Offer & Problem>(
    `POST /api/orders/${order.id}/offer/`,
    admin,
    { partner_ids: partners, deadline_s: deadline },
    headers,
  );
const both = (): string[] => [ids.paul, ids.rival];

async function states(): Promise<[string, string][]> {
  const { body } = await ask<Page<Offer>>(`GET /api/orders/${order.id}/offers/`, admin);
  return body.results.map(({ partner_id, state }) => [partner_id === ids.paul ? 'paul' : 'rival', state]);
}

async function events(): Promise<string[]> {
  const { body } = await ask<Page<{ event: string }>>(`GET /api/orders/${order.id}/history/`, admin);
  return body.results.map(({ event }) => event);
}

const onDuty = (person: Person, on_duty: boolean): Promise<RestAnswer<unknown>> =>
  rest(stack.url, 'PUT /api/partners/me/duty/', { token: person.accessToken, body: { on_duty } });
const partnerSocket = async (person: Person): Promise<SocketClient> =>
  (await follow(stack, '/ws/partner/', person, { ignore: ['duty_changed'] })).socket;
const notices = async (person: Person): Promise<SocketClient> =>
  (await follow(stack, '/ws/notifications/', person, { ignore: ['unread_count', 'notification_read'] })).socket;

describe('POST orders/{id}/offer/', () => {
  it('offers the order to the first partner, who accepts it', async () => {
    const [customer, winner, other] = [
      (await follow(stack, path, carla)).socket,
      await partnerSocket(paul),
      await partnerSocket(rival),
    ];
    const told = await notices(paul);
    const { status, body } = await offer(both());
    expect({ status, body }).toMatchObject({
      status: 201,
      body: { order_id: order.id, partner_id: ids.paul, state: 'open', deadline_s: 600 },
    });
    expect(await winner.expectMessage('order_offered')).toEqual({
      type: 'order_offered',
      order,
      expires_at: body.expires_at,
      position: expect.any(String),
    });
    await told.expectMessage({
      type: 'notification',
      notification: {
        notification_type: 'order_offer',
        title: 'Order offered to you',
        message: 'Order from 1 Main Street to 2 Side Street.',
        data: { order_id: order.id },
      },
    });
    const open = await ask('GET /api/partners/me/offers/', paul);
    expect(open.body).toEqual({ results: [{ order, expires_at: body.expires_at }] });
    expect((await ask('GET /api/partners/me/offers/', rival)).body).toEqual({ results: [] });
    expect(await post('accept', paul)).toMatchObject({
      status: 200,
      body: { partner_id: ids.paul, status: 'pending' },
    });
    await customer.expectMessage({ type: 'order_update', update: { partner_id: ids.paul } });
    const seen = await winner.expectMessages('order_offer_ended', 'new_order');
    expect(seen).toMatchObject([{ order_id: order.id, outcome: 'accepted' }, { order: { id: order.id } }]);
    await told.expectNothing();
    await other.expectNothing();
    expect(await states()).toEqual([
      ['paul', 'accepted'],
      ['rival', 'withdrawn'],
    ]);
    expect(await events()).toEqual(['created', 'offered', 'assigned']);
    expect((await ask('GET /api/partners/me/offers/', paul)).body).toEqual({ results: [] });
    await customer.close();
    expect((await setStatus(stack, paul, order, 'confirmed')).status).toBe('confirmed');
  });

  it('goes to the next partner after a refusal, and back to the administrator after the last one', async () => {
    const [first, second, dispatcher] = [await partnerSocket(paul), await partnerSocket(rival), await notices(admin)];
    await offer(both());
    await first.expectMessage('order_offered');
    expect(await post('decline', paul, { reason: 'Too far away' })).toMatchObject({
      status: 200,
      body: { state: 'declined', reason: 'Too far away' },
    });
    await first.expectMessage({ type: 'order_offer_ended', outcome: 'declined' });
    await second.expectMessage('order_offered');
    expect((await post('decline', paul)).status).toBe(200);
    expect((await post('accept', paul)).status).toBe(409);
    await post('decline', rival, {});
    await second.expectMessage({ type: 'order_offer_ended', outcome: 'declined' });
    await dispatcher.expectMessage({
      type: 'notification',
      notification: {
        title: 'No partner has accepted the order',
        data: { order_id: order.id, event: 'offers_ended' },
      },
    });
    expect(await events()).toEqual(['created', 'offered', 'offer_declined', 'offered', 'offer_declined']);
    const { body } = await ask<Page<object>>(`GET /api/orders/${order.id}/history/?limit=100`, admin);
    expect(body.results[2]).toMatchObject({ partner_id: ids.paul, changed_by: paul.id, reason: 'Too far away' });
    await Promise.all([first.close(), second.close()]);
    expect((await offer([ids.rival])).status).toBe(201);
  });

  it('goes to the next partner, and back to the administrator, when nobody answers in time', async () => {
    const [first, second, dispatcher] = [await partnerSocket(paul), await partnerSocket(rival), await notices(admin)];
    const told = await notices(paul);
    await offer(both(), 1);
    await first.expectMessage('order_offered');
    await told.expectMessage('notification');
    await first.expectMessage({ type: 'order_offer_ended', order_id: order.id, outcome: 'expired' });
    await told.expectMessage('notification_deleted');
    await second.expectMessage('order_offered');
    await second.expectMessage({ type: 'order_offer_ended', outcome: 'expired' });
    await dispatcher.expectMessage({ notification: { title: 'No partner has accepted the order' } });
    expect(await states()).toEqual([
      ['paul', 'expired'],
      ['rival', 'expired'],
    ]);
    const { body } = await ask<Page<object>>(`GET /api/orders/${order.id}/history/`, admin);
    expect(body.results.at(-1)).toMatchObject({ event: 'offer_expired', changed_by: null, changed_by_key: null });
    expect((await post('accept', paul)).status).toBe(409);
  });

  it('is accepted by exactly one partner, however many answers arrive at once', async () => {
    const second = await partnerSocket(rival);
    for (const winner of [paul, rival, paul, rival]) {
      await takePendingOrder();
      await offer(both(), winner === paul ? 600 : 1);
      // At this moment the offer has just passed from one partner to the other.
      if (winner === rival) await second.expectMessage({ type: 'order_offered', order: { id: order.id } });
      const all = [paul, rival, paul, rival, paul, rival];
      const answers = await Promise.all(all.map((person) => post('accept', person)));
      const codes = answers.map(({ status }, index) => [all[index]?.id, status]);
      const refusal = winner === paul ? 403 : 409;
      expect(codes).toEqual(all.map(({ id }) => [id, id === winner.id ? 200 : refusal]));
      expect((await events()).filter((event) => event === 'assigned')).toHaveLength(1);
      if (winner === rival) await second.expectMessages('order_offer_ended', 'new_order');
    }
  });

  it('is withdrawn when the order is assigned, offered again or cancelled', async () => {
    const first = await partnerSocket(paul);
    await offer([ids.paul]);
    await first.expectMessage('order_offered');
    await offer([ids.rival]);
    await first.expectMessage({ type: 'order_offer_ended', outcome: 'withdrawn' });
    const second = await partnerSocket(rival);
    await assign(stack, admin, order, paul);
    await second.expectMessage({ type: 'order_offer_ended', outcome: 'withdrawn' });
    await first.expectMessage('new_order');
    expect((await post('accept', rival)).status).toBe(409);
    await takePendingOrder();
    await offer(both());
    await first.expectMessage('order_offered');
    await setStatus(stack, carla, order, 'cancelled');
    await first.expectMessage({ type: 'order_offer_ended', outcome: 'withdrawn' });
    expect((await states()).map(([, state]) => state)).toEqual(['withdrawn', 'withdrawn']);
    expect((await post('accept', paul)).status).toBe(409);
  });

  it('passes over partners who are off duty', async () => {
    const second = await partnerSocket(rival);
    await onDuty(paul, false);
    const { body } = await offer(both());
    expect(body).toMatchObject({ partner_id: ids.rival, state: 'open' });
    await second.expectMessage('order_offered');
    expect(await states()).toEqual([
      ['paul', 'skipped'],
      ['rival', 'open'],
    ]);
    expect((await post('accept', paul)).status).toBe(403);
    expect(await offer([ids.paul])).toMatchObject({ status: 409 });
    expect(await states()).toContainEqual(['rival', 'open']);
    await onDuty(paul, true);
  });

  it('and its acceptance happen once for an Idempotency-Key', async () => {
    const key = { 'Idempotency-Key': `offer-${order.id}` };
    const first = await offer([ids.paul], 600, key);
    expect((await offer([ids.paul], 600, key)).body).toEqual(first.body);
    expect(await states()).toHaveLength(1);
    const accepted = await post('accept', paul);
    expect(await post('accept', paul)).toMatchObject({ status: 200, body: accepted.body });
    expect(await events()).toEqual(['created', 'offered', 'assigned']);
  });

  it('is received by a partner who was disconnected', async () => {
    const { socket, greeting } = await follow(stack, '/ws/partner/', paul);
    await socket.close();
    await offer(both());
    await post('decline', paul);
    const back = await follow(stack, '/ws/partner/', paul, { since: greeting.position });
    await back.socket.expectMessage({ type: 'order_offered', order: { id: order.id } });
    await back.socket.expectMessage({ type: 'order_offer_ended', outcome: 'declined' });
  });

  it('is for administrators; answers are for the partner who has the offer', async () => {
    const body = { partner_id: ids.paul };
    expect(await statusCodes(ask, `POST /api/orders/${order.id}/offer/`, [carla, paul], body)).toEqual([403, 403]);
    expect((await post('offer', admin, body)).status).toBe(201);
    for (const action of ['accept', 'decline']) {
      expect(
        await statusCodes(ask, `POST /api/orders/${order.id}/${action}/`, [rival, carla, admin, stranger]),
      ).toEqual([403, 403, 403, 403]);
    }
    expect(await statusCodes(ask, `GET /api/orders/${order.id}/offers/`, [carla, paul])).toEqual([403, 403]);
    expect(await statusCodes(ask, 'GET /api/partners/me/offers/', [carla, admin])).toEqual([403, 403]);
  });

  it('needs an order without a partner that was not picked up', async () => {
    await assign(stack, admin, order, paul);
    expect((await offer([ids.rival])).status).toBe(409);
    await takePendingOrder();
    await moveTo(stack, admin, order, 'picked_up');
    expect((await offer([ids.rival])).status).toBe(409);
  });

  it.each([
    [{}, 400, '#/partner_ids'],
    [{ partner_id: 'x', partner_ids: ['y'] }, 400, '#/partner_ids'],
    [{ partner_ids: [] }, 400, '#/partner_ids'],
    [{ partner_ids: ['a', 'a'] }, 400, '#/partner_ids'],
    [{ partner_ids: ['nobody'], deadline_s: 0 }, 400, '#/deadline_s'],
    [{ partner_id: '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f' }, 404, '#/partner_id'],
    [{ partner_ids: ['0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f'] }, 404, '#/partner_ids/0'],
  ])('rejects %j with %d', async (body, status, pointer) => {
    const answer = await post<Problem>('offer', admin, body);
    expect(answer).toMatchObject({ status, body: { errors: [{ pointer }] } });
  });
});
