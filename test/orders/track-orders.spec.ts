import { beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { Database } from '../../src/database/database.js';
import type { Queryable } from '../../src/database/backend/transaction.js';
import { Trimmer } from '../../src/database/trimmer.js';
import { OrdersModule } from '../../src/orders/orders.module.js';
import { north, PICKUP } from '../support/scenes/berlin.js';
import { admin, carla, order, paul, setScene, stack, takeOrder } from '../support/scenes/order-scene.js';
import { moveTo } from '../support/scenes/order-story.js';
import { must, rest } from '../support/clients/rest.js';
import type { RestAnswer } from '../support/clients/rest.js';

setScene();

const report = (body: object): Promise<RestAnswer<object>> =>
  rest(stack.url, `POST /api/orders/${order.id}/location/`, { token: paul.accessToken, body });
const database = (): Queryable => (stack.apps[0] as (typeof stack.apps)[number]).get(Database).db;
const get = <T>(path: string, person = carla): Promise<T> =>
  must<T>(stack.otherUrl, `GET /api/orders/${order.id}/${path}`, { token: person.accessToken });

describe('GET orders/{id}/track/', () => {
  beforeEach(() => takeOrder());
  const begun = Date.now() - 3_600_000;
  const at = (second: number): string => new Date(begun + second * 1_000).toISOString();

  it('shows the track of a finished order with a reduced number of points', async () => {
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

  it('has at most a thousand points: then every second point is removed', async () => {
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

  it('is deleted after HISTORY_DAYS', async () => {
    for (const step of [0, 1]) await report({ ...north(step * 100), timestamp: at(step * 10) });
    await database().execute(sql`update order_track set recorded_at = now() - interval '31 days'
      where order_id = ${order.id} and measured_at = ${at(0)}::timestamptz`);
    expect(await stack.apps[0]?.select(OrdersModule).get(Trimmer, { strict: true }).trim()).toBe(1);
    const { results } = await get<{ results: object[] }>('track/');
    expect(results).toEqual([expect.objectContaining({ timestamp: at(10) })]);
  });

  it('is visible to participants and administrators', async () => {
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
