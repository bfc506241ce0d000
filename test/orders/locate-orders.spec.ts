import { beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { Database } from '../../src/database/database.js';
import type { Queryable } from '../../src/database/transaction.js';
import { OrderTrackTrimmer } from '../../src/orders/order-track-trimmer.js';
import { north, PICKUP } from '../support/berlin.js';
import { follow } from '../support/follow.js';
import { admin, carla, order, path, paul, setScene, stack, takeOrder } from '../support/order-scene.js';
import { assign, moveTo } from '../support/order-story.js';
import { must, rest } from '../support/rest.js';
import type { RestAnswer } from '../support/rest.js';
import type { SocketClient } from '../support/socket-client.js';

setScene();

let customer: SocketClient;
async function begin(members: object = {}): Promise<void> {
  await takeOrder(members);
  customer = (await follow(stack, path, carla)).socket;
}
const report = (body: object): Promise<RestAnswer<{ eta?: { seconds: number } }>> =>
  rest(stack.url, `POST /api/orders/${order.id}/location/`, { token: paul.accessToken, body });
const database = (): Queryable => (stack.apps[0] as (typeof stack.apps)[number]).get(Database).db;
const get = <T>(path: string, person = carla): Promise<T> =>
  must<T>(stack.otherUrl, `GET /api/orders/${order.id}/${path}`, { token: person.accessToken });

describe('positions', () => {
  beforeEach(() => begin());

  it('are told without a time of arrival where the order has no coordinates', async () => {
    await report(PICKUP);
    expect(await customer.expectMessage('location')).not.toHaveProperty('eta');
  });

  it('have one shape in the answer, on the socket and where they are read again', async () => {
    const { body: location } = await report({ ...PICKUP, accuracy: 8, heading: null });
    expect(location).toEqual({ ...PICKUP, accuracy: 8, timestamp: expect.any(String) });
    expect(await customer.expectMessage('location')).toEqual({ type: 'location', ...location });
    expect(await get('location/')).toEqual(location);
  });

  it('that nobody gets to so fast are refused, and nothing is told of them', async () => {
    await report(PICKUP);
    await customer.expectMessage('location');
    for (const far of [
      { latitude: 48.85, longitude: 2.35 },
      { latitude: 0, longitude: 0 },
    ]) {
      const answer = await report(far);
      expect(answer).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: '#/latitude' }, { pointer: '#/longitude' }] },
      });
    }
    const { socket: driver } = await follow(stack, `/ws/orders/${order.id}/`, paul);
    driver.send({ type: 'location_update', latitude: -33.9, longitude: 151.2, request_id: 1 });
    const error = await driver.expectMessage('error');
    // On two nodes the driver's one has not seen the first positions but in the track.
    expect(error).toMatchObject({ code: 'invalid_message', request_id: 1, errors: [{ pointer: '#/latitude' }, {}] });
    await report(north(50));
    for (const socket of [customer, driver])
      await socket.expectMessage({ type: 'location', latitude: expect.closeTo(52.50045, 4) });
    await customer.expectNothing();
    expect((await get<{ results: unknown[] }>('track/')).results).toHaveLength(1);
  });

  it('are believed when the next one agrees', async () => {
    await report(PICKUP);
    await customer.expectMessage('location');
    const paris = { latitude: 48.85, longitude: 2.35 };
    expect((await report(paris)).status).toBe(422);
    expect((await report(north(30, paris))).status).toBe(200);
    await customer.expectMessage({ type: 'location', longitude: 2.35 });
  });

  it('in a flood are told a few times a second, the last one in any case', async () => {
    const { socket: driver } = await follow(stack, `/ws/orders/${order.id}/`, paul, {
      ignore: ['location', 'presence'],
    });
    for (let step = 1; step <= 60; step += 1) {
      driver.send({ type: 'location_update', ...north(step), request_id: step });
    }
    for (let step = 1; step <= 60; step += 1) await driver.expectMessage({ type: 'accepted', request_id: step });
    let told = 0;
    for (let last = 0; last < north(60).latitude; told += 1) {
      last = (await customer.expectMessage<{ latitude: number }>('location')).latitude;
    }
    expect(told).toBeGreaterThan(9);
    expect(told).toBeLessThan(40);
    await customer.expectNothing();
  });

  it('of the former partner are no reason not to believe the next one', async () => {
    await report(PICKUP);
    await customer.expectMessage('location');
    const rival = await stack.people.partner();
    await assign(stack, admin, order, rival);
    await customer.expectMessage('order_update');
    const body = { latitude: 48.1, longitude: 11.5 };
    await must(stack.url, `POST /api/orders/${order.id}/location/`, { token: rival.accessToken, body });
    await customer.expectMessage({ type: 'location', ...body });
  });
});

describe('GET orders/{id}/track/', () => {
  beforeEach(() => takeOrder());
  const at = (second: number): string => new Date(Date.UTC(2026, 10, 21, 9, 0, second)).toISOString();

  it('shows the way of a finished order, sparsely', async () => {
    for (let step = 0; step <= 30; step += 1) {
      await report({ ...north(step * 11), heading: 0, accuracy: 5, timestamp: at(step * 5) });
    }
    await moveTo(stack, paul, order, 'completed');
    const { results, next_cursor: cursor } = await get<{ results: object[]; next_cursor: null }>('track/');
    expect(cursor).toBeNull();
    expect(results).toHaveLength(16);
    expect(results[0]).toEqual({ ...PICKUP, heading: 0, accuracy: 5, timestamp: at(0) });
    expect(results[1]).toMatchObject({ latitude: expect.closeTo(north(22).latitude, 6), timestamp: at(10) });
    const line = `GET /api/orders/${order.id}/location/`;
    expect((await rest(stack.url, line, { token: carla.accessToken })).status).toBe(404);
    const page = await get<{ results: object[]; next_cursor: string }>('track/?limit=10');
    const second = await get<{ results: object[] }>(`track/?limit=10&cursor=${page.next_cursor}`);
    expect([...page.results, ...second.results]).toEqual(results);
  });

  it('has at most a thousand points: then every other one goes', async () => {
    const db = database();
    await db.execute(sql`
      insert into order_track (order_id, partner_id, latitude, longitude, measured_at)
      select ${order.id}, ${order.partner_id}, 52 + n / 1000000.0, 13.4, now() - interval '1 day'
      from generate_series(1, 1000) as n order by n`);
    await report(PICKUP);
    const { results, next_cursor: cursor } = await get<{ results: (typeof PICKUP)[]; next_cursor: null }>('track/');
    expect(cursor).toBeNull();
    expect(results.map(({ latitude }) => Math.round((latitude - 52) * 1_000_000)).slice(0, 3)).toEqual([1, 3, 5]);
    expect(results).toHaveLength(501);
    expect(results.at(-1)).toMatchObject(PICKUP);
  });

  it('is forgotten after HISTORY_DAYS', async () => {
    for (const step of [0, 1]) await report({ ...north(step * 100), timestamp: at(step * 10) });
    await database().execute(sql`update order_track set recorded_at = now() - interval '31 days'
      where order_id = ${order.id} and measured_at = ${at(0)}::timestamptz`);
    expect(await stack.apps[0]?.get(OrderTrackTrimmer).trim()).toBe(1);
    const { results } = await get<{ results: object[] }>('track/');
    expect(results).toEqual([expect.objectContaining({ timestamp: at(10) })]);
  });

  it('is for participants and administrators', async () => {
    const [stranger, rival] = [await stack.people.customer(), await stack.people.partner()];
    await report(PICKUP);
    for (const path of ['track/', 'location/']) {
      const line = `GET /api/orders/${order.id}/${path}`;
      const codes: number[] = [];
      for (const { accessToken: token } of [carla, paul, admin, stranger, rival]) {
        codes.push((await rest(stack.url, line, { token })).status);
      }
      expect(codes).toEqual([200, 200, 200, 403, 403]);
      expect((await rest(stack.url, line)).status).toBe(401);
    }
    for (const query of ['limit=1001', 'limit=0', 'cursor=x']) {
      const answer = await rest(stack.url, `GET /api/orders/${order.id}/track/?${query}`, { token: carla.accessToken });
      expect(answer.status).toBe(400);
    }
  });
});
