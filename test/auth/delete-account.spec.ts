import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { Database } from '../../src/database/database.js';
import { execute } from '../../src/database/execute.js';
import { askOf } from '../support/clients/ask.js';
import type { Page } from '../support/clients/ask.js';
import { must, rest } from '../support/clients/rest.js';
import type { RestAnswer } from '../support/clients/rest.js';
import { open } from '../support/clients/socket-client.js';
import type { Person } from '../support/people.js';
import { notify } from '../support/scenes/notification-story.js';
import { assign, moveTo, ORDER_BODY, placeOrder } from '../support/scenes/order-story.js';
import type { Order } from '../support/scenes/order-story.js';
import { startOwnStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

type Exported = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

const DELETE = 'POST /api/auth/me/delete/';
const EXPORT = 'GET /api/auth/me/export/';

describe('personal data', () => {
  let stack: Stack;
  let admin: Person;
  const ask = askOf(() => stack);

  beforeAll(async () => {
    stack = await startOwnStack();
    admin = await stack.people.admin();
  });
  afterAll(() => stack.stop());

  const remove = (person: Person, password: string | undefined = person.password): Promise<RestAnswer<unknown>> =>
    ask(DELETE, person, { password });
  const database = (): Database => stack.apps[0]?.get(Database) as Database;

  /** A customer and a partner with everything that the service stores, in a completed order. */
  async function withTraces(surname = 'Capulet'): Promise<{ carla: Person; paul: Person; order: Order }> {
    const [carla, paul] = [await stack.people.customer(`Carla ${surname}`), await stack.people.partner('Paul')];
    await notify(stack, admin, { user_id: carla.id, data: { number: 1 } });
    await notify(stack, admin, { broadcast: true });
    await must(stack.url, 'POST /api/notifications/read-all/', { token: carla.accessToken });
    await ask('PATCH /api/auth/me', carla, { phone: '+4930123456', language: 'de' });
    await ask('PUT /api/notifications/preferences/', carla, { digest: 'daily' });
    const order = await assign(stack, admin, await placeOrder(stack, carla, { notes: `Ring at ${surname}` }), paul);
    await ask(`POST /api/orders/${order.id}/messages/`, carla, { text: `The bell of ${surname} is broken` });
    await ask(`POST /api/orders/${order.id}/messages/`, paul, { text: 'I will knock' });
    expect(
      (await ask(`POST /api/orders/${order.id}/location/`, paul, { latitude: 52.5, longitude: 13.4 })).status,
    ).toBeLessThan(300);
    await moveTo(stack, paul, order, 'completed');
    return { carla, paul, order };
  }

  it('is exported completely, and only that of the user', async () => {
    const { carla, paul, order } = await withTraces();
    const { body, headers } = await ask<Exported>(EXPORT, carla);

    expect(headers.get('content-disposition')).toBe('attachment; filename="account.json"');
    expect(body).toMatchObject({
      exported_at: expect.any(String),
      account: [{ id: carla.id, email: carla.email, name: 'Carla Capulet', phone: '+4930123456', language: 'de' }],
      sessions: [{ address: '127.0.0.1' }],
      notification_preferences: [{ digest: 'daily' }],
      orders: [{ id: order.id, delivery_address: ORDER_BODY.delivery_address, notes: 'Ring at Capulet' }],
      order_messages: [{ text: 'The bell of Capulet is broken' }],
      order_offers: [],
      order_locations: [],
      earnings: [],
    });
    expect(body.notifications?.map(({ title }) => title)).toContain('Hello');
    const text = JSON.stringify(body);
    for (const secret of ['argon2', 'I will knock', paul.email, carla.refreshToken]) expect(text).not.toContain(secret);

    const partner = (await ask<Exported>(EXPORT, paul)).body;
    expect(partner).toMatchObject({
      orders: [],
      earnings: [{ order_id: order.id }],
      order_offers: [],
      order_locations: [{ latitude: 52.5 }],
    });
  });

  it('is exported in pages, and 64-bit integers keep their digits', async () => {
    const carla = await stack.people.customer();
    await execute(
      database().db,
      sql`INSERT INTO notifications (id, user_id, notification_type, title, message, data)
          SELECT gen_random_uuid(), ${carla.id}, 'general', n, '', '{"id": 9007199254740993}' FROM generate_series(1, 1203) AS n`,
    );
    const answer = await fetch(`${stack.url}/api/auth/me/export/`, {
      headers: { authorization: `Bearer ${carla.accessToken}` },
    });
    const text = await answer.text();
    const titles = (JSON.parse(text) as Exported).notifications?.map(({ title }) => Number(title)) ?? [];
    expect(titles.sort((one, other) => one - other)).toEqual(Array.from({ length: 1203 }, (_, n) => n + 1));
    expect(text).toContain('9007199254740993');
  });

  it('is exported without the network addresses of administrators who changed the account', async () => {
    const carla = await stack.people.customer();
    expect((await ask(`PATCH /api/users/${carla.id}/`, admin, { name: 'Carla the Great' })).status).toBe(200);

    const { body } = await ask<Exported>(EXPORT, carla);
    expect(body.audit).toContainEqual(expect.objectContaining({ action: 'user_changed', address: null }));
  });

  it('is exported at most ten times an hour', async () => {
    const carla = await stack.people.customer();
    const codes: number[] = [];
    for (let n = 0; n < 11; n++) codes.push((await ask(EXPORT, carla)).status);
    expect(codes).toEqual([...Array<number>(10).fill(200), 429]);
    expect((await rest(stack.url, EXPORT)).status).toBe(401);
  });

  it('is deleted with the account; the order stays without address, notes and chat', async () => {
    const { carla, paul, order } = await withTraces();
    const socket = await open(`${stack.otherUrl}/ws/notifications/`, {
      token: carla.socketToken,
      ignore: ['presence', 'connection_established'],
    });

    expect(await remove(carla)).toMatchObject({ status: 204 });
    await socket.expectClose(4006);
    expect((await ask('GET /api/auth/me', carla)).status).toBe(401);
    const login = { body: { email: carla.email, password: carla.password } };
    expect((await rest(stack.otherUrl, 'POST /api/auth/login', login)).status).toBe(401);

    const kept = (await ask<Order>(`GET /api/orders/${order.id}/`, paul)).body;
    expect(kept).toMatchObject({
      status: 'completed',
      pickup_address: '',
      delivery_address: '',
      notes: '',
      total: order.total,
    });
    const chat = (await ask<Page<{ text: string }>>(`GET /api/orders/${order.id}/messages/`, paul)).body.results;
    expect(chat.map(({ text }) => text)).toEqual(['I will knock']);
    expect((await ask<{ results: object[] }>(`GET /api/orders/${order.id}/track/`, paul)).body).toMatchObject({
      results: [],
    });

    const again = { body: { email: carla.email, password: 'brave llamas at dusk' } };
    expect((await rest(stack.url, 'POST /api/auth/register', again)).status).toBe(201);
  });

  it('leaves no row with the name or the address of the user', async () => {
    const { carla } = await withTraces('Montague');
    expect((await remove(carla)).status).toBe(204);
    const { rows: tables } = await execute<{ name: string }>(
      database().db,
      sql`SELECT quote_ident(table_name) AS name FROM information_schema.tables
          WHERE table_schema = 'public' AND table_name NOT IN ('stream_entries')`,
    );
    expect(tables.length).toBeGreaterThan(20);
    const found: string[] = [];
    for (const { name } of tables) {
      const { rows } = await execute<{ text: string }>(
        database().db,
        sql`SELECT row_to_json(t)::text AS text FROM ${sql.raw(name)} AS t
            WHERE row_to_json(t)::text ILIKE ANY (ARRAY[${`%${carla.email}%`}, '%Montague%'])`,
      );
      found.push(...rows.map(({ text }) => `${name}: ${text}`));
    }
    // The partner was told of the order in notifications of their own.
    expect(found.filter((row) => !/^notifications: .*"user_id":"(?!null)/.test(row))).toEqual([]);
  });

  it('is not deleted without the password, during an open order, or of the only administrator', async () => {
    const [carla, paul] = [await stack.people.customer(), await stack.people.partner()];
    const wrong = { status: 422, body: { errors: [{ pointer: '#/password', detail: 'is wrong' }] } };
    expect(await ask(DELETE, carla, {})).toMatchObject(wrong);
    expect(await remove(carla, 'correct horse batterx')).toMatchObject(wrong);

    const order = await assign(stack, admin, await placeOrder(stack, carla), paul);
    const busy = { status: 409, body: { detail: expect.stringContaining(order.id) } };
    expect(await remove(carla)).toMatchObject(busy);
    expect(await remove(paul)).toMatchObject(busy);
    await moveTo(stack, paul, order, 'completed');
    expect([(await remove(carla)).status, (await remove(paul)).status]).toEqual([204, 204]);

    expect(await remove(admin)).toMatchObject({ status: 409, body: { detail: 'You are the only administrator.' } });
    const others = [await stack.people.admin(), await stack.people.admin()];
    const leaving = await Promise.all([admin, ...others].map((each) => remove(each)));
    expect(leaving.map(({ status }) => status).sort()).toEqual([204, 204, 409]);
  });
});
