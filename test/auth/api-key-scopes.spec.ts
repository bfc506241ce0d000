import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SCOPES } from '../../src/auth/principal/scopes.js';
import type { Scope } from '../../src/auth/principal/scopes.js';
import { createApiKey } from '../support/clients/api-keys.js';
import { must, rest } from '../support/clients/rest.js';
import type { RestAnswer } from '../support/clients/rest.js';
import { open } from '../support/clients/socket-client.js';
import type { Person } from '../support/people.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

interface Operation {
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly description?: string;
  readonly 'x-api-key-scope'?: Scope;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Order {
  readonly id: string;
  readonly customer_id: string;
  readonly status: string;
  readonly partner_id: string | null;
}

const ORDER = {
  pickup_address: 'Laundry, 4 Mill Lane',
  delivery_address: '12 Rose Street',
  items: [{ name: 'Shirts', quantity: 3, unit_price: 3.2 }],
};

describe('the scopes of API keys', () => {
  let stack: Stack;
  let admin: Person;
  let customer: Person;
  let partner: Person;
  const keys = new Map<Scope, string>();
  const withKey = <T = unknown>(scope: Scope, line: string, body?: unknown): Promise<RestAnswer<T>> =>
    rest(stack.url, line, { token: keys.get(scope) ?? '', body });
  const mustWithKey = <T>(scope: Scope, line: string, body?: unknown): Promise<T> =>
    must(stack.otherUrl, line, { token: keys.get(scope) ?? '', body });

  beforeAll(async () => {
    stack = await startStack();
    const { people } = stack;
    [admin, customer, partner] = [await people.admin(), await people.customer(), await people.partner()];
    for (const scope of SCOPES) keys.set(scope, (await createApiKey(stack, admin, [scope])).key);
  });
  afterAll(() => stack.stop());

  describe('decide over every route of the OpenAPI document:', () => {
    let operations: { line: string; operation: Operation }[];
    beforeAll(async () => {
      const { paths } = await must<OpenApi>(stack.url, 'GET /api/openapi.json');
      operations = Object.entries(paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => {
          const filled = path.replaceAll(/\{\w+\}/g, '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f');
          return { line: `${method.toUpperCase()} ${filled}`, operation };
        }),
      );
    });

    it('a route without a scope refuses a key that has every scope', async () => {
      const { key } = await createApiKey(stack, admin, SCOPES);
      const closed = operations.filter(
        ({ operation }) => operation.security !== undefined && operation['x-api-key-scope'] === undefined,
      );
      expect(closed.length).toBeGreaterThan(20);
      for (const { line, operation } of closed) {
        const detail = 'API keys cannot use this endpoint. It requires the access token of a user.';
        const answer = await rest(stack.url, line, { token: key, body: line.startsWith('GET') ? undefined : {} });
        expect({ line, ...answer }).toMatchObject({ line, status: 403, body: { detail } });
        expect(JSON.stringify(operation.security)).not.toContain('api_key');
      }
    });

    it('a route with a scope refuses a key that has every other scope, and names the missing one', async () => {
      const opened = operations.filter(({ operation }) => operation['x-api-key-scope'] !== undefined);
      expect(new Set(opened.map(({ operation }) => operation['x-api-key-scope']))).toEqual(new Set(SCOPES));
      for (const missing of SCOPES) {
        const { key } = await createApiKey(
          stack,
          admin,
          SCOPES.filter((scope) => scope !== missing),
        );
        for (const { line, operation } of opened.filter(({ operation: each }) => each['x-api-key-scope'] === missing)) {
          const detail = `This API key does not have the scope ${missing}.`;
          const answer = await rest(stack.url, line, { token: key, body: line.startsWith('GET') ? undefined : {} });
          expect({ line, ...answer }).toMatchObject({ line, status: 403, body: { detail } });
          expect(JSON.stringify(operation.security)).toContain('api_key');
          expect(operation.description).toContain(`API keys need the scope \`${missing}\`.`);
        }
      }
    });
  });

  it('notifications:send sends, schedules and cancels; notifications:read reads batches, records and types', async () => {
    const content = { notification_type: 'general', title: 'Hello', message: 'From a program' };
    const send = (body: object) => mustWithKey<{ id: string; batch_id: string }>('notifications:send', PATH, body);
    const PATH = 'POST /api/notifications/';
    const sent = await send({ ...content, user_id: customer.id });
    const path = `GET /api/notifications/${sent.id}`;
    const record = await mustWithKey<{ results: object[] }>('notifications:read', `${path}/deliveries/`);
    expect(record.results).toContainEqual(expect.objectContaining({ channel: 'websocket', status: 'queued' }));
    expect(await withKey('notifications:read', `${path}/explain/`)).toMatchObject({ status: 200 });
    expect(await withKey('notifications:read', 'GET /api/notification-types/')).toMatchObject({ status: 200 });

    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const { batch_id: batch } = await send({ ...content, user_id: customer.id, send_at: tomorrow });
    const batches = `/api/notifications/batches/${batch}/`;
    expect(await withKey('notifications:read', `GET ${batches}`)).toMatchObject({ body: { status: 'scheduled' } });
    expect(await withKey('notifications:send', `DELETE ${batches}`)).toMatchObject({ body: { status: 'cancelled' } });
    // An administrator sees and cancels the batches of programs too.
    expect(await must(stack.url, `DELETE ${batches}`, { token: admin.accessToken })).toMatchObject({ batch_id: batch });
  });

  it('a batch of a key is sent although no user wrote it', async () => {
    const socket = await open(`${stack.otherUrl}/ws/notifications/`, { token: customer.socketToken });
    await socket.expectMessage('connection_established');
    const send_at = new Date(Date.now() + 1).toISOString();
    const body = { user_id: customer.id, notification_type: 'general', title: 'Later', message: 'Now', send_at };
    await mustWithKey('notifications:send', 'POST /api/notifications/', body);
    await socket.expectMessages({ type: 'notification', notification: { title: 'Later' } }, 'unread_count');
    await socket.close();
  });

  it('notifications:read lists the notifications of a user whom the key names', async () => {
    const body = { user_id: customer.id, notification_type: 'general', title: 'Read me', message: 'From a program' };
    const { id } = await mustWithKey<{ id: string }>('notifications:send', 'POST /api/notifications/', body);
    const list = 'GET /api/notifications/';
    const errors = [{ pointer: '#/user_id' }];
    expect(await withKey('notifications:read', list)).toMatchObject({ status: 400, body: { errors } });
    expect(await withKey('notifications:read', `${list}?user_id=nobody`)).toMatchObject({ status: 404 });
    expect(await withKey('notifications:read', `${list}?limit=1&user_id=${customer.id}`)).toMatchObject({
      status: 200,
      body: { results: [{ id, is_read: false }] },
    });
    expect(await withKey('notifications:read', `${list}${id}/`)).toMatchObject({ status: 200, body: { id } });
    expect(await withKey('notifications:read', `${list}nonsense/`)).toMatchObject({ status: 404 });
  });

  it('a broadcast and its record are read for a user whom the key names', async () => {
    const body = { broadcast: true, notification_type: 'general', title: 'Tonight', message: 'We close at ten.' };
    const { id } = await mustWithKey<{ id: string }>('notifications:send', 'POST /api/notifications/', body);
    for (const path of [`GET /api/notifications/${id}/deliveries/`, `GET /api/notifications/${id}/`]) {
      const errors = [{ pointer: '#/user_id' }];
      expect(await withKey('notifications:read', path)).toMatchObject({ status: 400, body: { errors } });
      expect(await withKey('notifications:read', `${path}?user_id=${customer.id}`)).toMatchObject({ status: 200 });
    }
  });

  it('orders:write places an order for a customer, assigns and changes it; orders:read reads it', async () => {
    const { id: partnerId } = await must<{ id: string }>(stack.url, 'GET /api/partners/me/', {
      token: partner.accessToken,
    });
    const placed = await mustWithKey<Order>('orders:write', 'POST /api/orders/', {
      ...ORDER,
      customer_id: customer.id,
    });
    expect(placed).toMatchObject({ customer_id: customer.id, status: 'pending' });
    const path = `/api/orders/${placed.id}`;
    const socket = await open(`${stack.otherUrl}/ws/orders/${placed.id}/`, { token: customer.socketToken });
    await socket.expectMessage('connection_established');
    await mustWithKey('orders:write', `POST ${path}/assign/`, { partner_id: partnerId });
    await mustWithKey('orders:write', `PATCH ${path}/`, { version: 1, notes: 'Ring twice' });
    await mustWithKey('orders:write', `PATCH ${path}/status/`, { status: 'confirmed' });
    for (const status of ['pending', 'pending', 'confirmed']) {
      await socket.expectMessage({ type: 'order_update', update: { status, partner_id: partnerId } });
    }
    await socket.close();

    expect(await mustWithKey<Order>('orders:read', `GET ${path}/`)).toMatchObject({ status: 'confirmed' });
    expect((await mustWithKey<{ results: Order[] }>('orders:read', 'GET /api/orders/')).results).toContainEqual(
      expect.objectContaining({ id: placed.id }),
    );
    expect(await withKey('orders:read', `GET ${path}/location/`)).toMatchObject({ status: 404 });
    expect(await withKey('orders:read', `GET ${path}/track/`)).toMatchObject({ status: 200 });
    const history = await mustWithKey<{ results: { changed_by: string | null; changed_by_key: string | null }[] }>(
      'orders:read',
      `GET ${path}/history/`,
    );
    expect(history.results).toHaveLength(4);
    for (const row of history.results)
      expect(row).toMatchObject({ changed_by: null, changed_by_key: expect.any(String) });

    await must(stack.url, `PATCH ${path}/status/`, { token: partner.accessToken, body: { status: 'picked_up' } });
    const { results } = await must<{ results: object[] }>(stack.url, `GET ${path}/history/`, {
      token: customer.accessToken,
    });
    expect(results.at(-1)).toMatchObject({ changed_by: partner.id, changed_by_key: null });
    expect(await withKey('orders:write', `PATCH ${path}/status/`, { status: 'nonsense' })).toMatchObject({
      status: 400,
    });
  });

  it('orders:write shares an order', async () => {
    const order = { ...ORDER, customer_id: customer.id };
    const { id } = await mustWithKey<Order>('orders:write', 'POST /api/orders/', order);
    const share = await mustWithKey<{ id: string; token: string }>('orders:write', `POST /api/orders/${id}/share/`, {});
    expect(share).toMatchObject({ created_by: null, created_by_key: expect.any(String) });
    expect(await rest(stack.url, `GET /api/shared-orders/${share.token}/`)).toMatchObject({ status: 200 });
    const links = await mustWithKey<{ results: object[] }>('orders:read', `GET /api/orders/${id}/share/`);
    expect(links.results).toHaveLength(1);
    expect(await withKey('orders:write', `DELETE /api/orders/${id}/share/${share.id}/`)).toMatchObject({ status: 204 });
    expect(await rest(stack.url, `GET /api/shared-orders/${share.token}/`)).toMatchObject({ status: 410 });
  });

  it('an order of a key names a customer, and one of a user does not', async () => {
    const refused: [unknown, number][] = [
      [ORDER, 400],
      [{ ...ORDER, customer_id: null }, 400],
      [{ ...ORDER, customer_id: 'nobody' }, 404],
      [{ ...ORDER, customer_id: partner.id }, 404],
    ];
    for (const [body, status] of refused) {
      const errors = [{ pointer: '#/customer_id' }];
      expect(await withKey('orders:write', 'POST /api/orders/', body)).toMatchObject({ status, body: { errors } });
    }
    for (const customer_id of [customer.id, partner.id]) {
      const options = { token: customer.accessToken, body: { ...ORDER, customer_id } };
      expect(await rest(stack.url, 'POST /api/orders/', options)).toMatchObject({ status: 400 });
    }
  });
});
