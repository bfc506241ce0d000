import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DrizzleQueryError, eq, sql } from 'drizzle-orm';
import { apiKeys } from '../../src/auth/api-keys/api-keys.table.js';
import { Database } from '../../src/database/database.js';
import { execute } from '../../src/database/execute.js';
import { createApiKey } from '../support/clients/api-keys.js';
import type { ApiKey } from '../support/clients/api-keys.js';
import { must, rest } from '../support/clients/rest.js';
import type { RestAnswer } from '../support/clients/rest.js';
import { open } from '../support/clients/socket-client.js';
import type { Person } from '../support/people.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

interface Problem {
  readonly detail: string;
}

interface Listed {
  readonly id: string;
  readonly last_used_at: string | null;
  readonly previous_secret_until: string | null;
  readonly revoked_at: string | null;
}

const SEND = ['notifications:send'] as const;

describe('API keys', () => {
  let stack: Stack;
  let admin: Person;
  let customer: Person;
  const db = () => (stack.apps[0] as (typeof stack.apps)[number]).get(Database).db;
  const keys = <T = Listed>(line: string, body?: unknown, token = admin.accessToken): Promise<RestAnswer<T>> => {
    const [method = '', path = ''] = line.split(' ');
    return rest(stack.url, `${method} /api/api-keys/${path}`, { token, body });
  };
  /** Sends a notification to the customer with a key. */
  const send = (key: string, url = stack.url, headers = {}, title = 'Hello'): Promise<RestAnswer<Problem>> => {
    const body = { user_id: customer.id, notification_type: 'general', title, message: 'From a program' };
    return rest(url, 'POST /api/notifications/', { token: key, body, headers });
  };
  const expectRefused = async (key: string, reason: RegExp): Promise<void> => {
    for (const url of [stack.url, stack.otherUrl]) {
      const answer = await send(key, url);
      expect(answer).toMatchObject({ status: 401, body: { detail: expect.stringMatching(reason) } });
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      expect(JSON.stringify(answer.body)).not.toContain(key.slice(0, 8));
    }
  };

  beforeAll(async () => {
    stack = await startStack();
    [admin, customer] = await Promise.all([stack.people.admin(), stack.people.customer()]);
  });
  afterAll(() => stack.stop());

  it('let a program send notifications on every node; the list shows all but the secret', async () => {
    const expires_at = '2099-01-01T00:00:00.000Z';
    const created = await keys<ApiKey>('POST ', { name: 'Web shop', scopes: SEND, expires_at });
    expect(created.status).toBe(201);
    expect(created.headers.get('cache-control')).toBe('no-store');
    const { key, ...shown } = created.body;
    expect(shown).toEqual({
      id: expect.any(String),
      prefix: key.slice(0, 15),
      name: 'Web shop',
      scopes: SEND,
      created_at: expect.any(String),
      created_by: admin.id,
      expires_at,
      last_used_at: null,
      previous_secret_until: null,
      revoked_at: null,
    });
    expect(await keys(`GET ${shown.id}/`)).toMatchObject({ status: 200, body: shown });
    expect(await keys('GET ?limit=1')).toMatchObject({ status: 200, body: { results: [shown] } });

    const socket = await open(`${stack.otherUrl}/ws/notifications/`, { token: customer.socketToken });
    await socket.expectMessage('connection_established');
    expect(await send(key)).toMatchObject({ status: 201 });
    await socket.expectMessages({ type: 'notification', notification: { title: 'Hello' } }, 'unread_count');
    expect(await send(key, stack.otherUrl)).toMatchObject({ status: 201 });
    await socket.expectMessages('notification', 'unread_count');
    await socket.close();
  });

  it('are stored only as a hash', async () => {
    const { key, id } = await createApiKey(stack, admin, SEND);
    const secret = key.slice(-50);
    const { rows } = await execute<{ row: string }>(
      db(),
      sql`SELECT api_keys::text AS row FROM api_keys WHERE id = ${id}::uuid`,
    );
    expect(rows[0]?.row).toContain(key.slice(0, 15));
    expect(rows[0]?.row).not.toContain(secret);
  });

  it('record when they were used last, at most once a minute', async () => {
    const { key, id } = await createApiKey(stack, admin, SEND);
    const lastUse = async (): Promise<string | null> => (await keys(`GET ${id}/`)).body.last_used_at;
    expect(await lastUse()).toBeNull();
    await send(key);
    let used = await lastUse();
    while (used === null) used = await lastUse();

    await db()
      .update(apiKeys)
      .set({ lastUsedAt: sql`now() - interval '30 seconds'` })
      .where(eq(apiKeys.id, id));
    const recent = await lastUse();
    await send(key);
    expect(await lastUse()).toBe(recent);

    await db()
      .update(apiKeys)
      .set({ lastUsedAt: sql`now() - interval '61 seconds'` })
      .where(eq(apiKeys.id, id));
    const old = await lastUse();
    await send(key);
    let again = await lastUse();
    while (again === old) again = await lastUse();
    expect(Date.parse(again ?? '')).toBeGreaterThan(Date.parse(recent ?? ''));
  });

  it('belong to administrators: neither users nor keys can manage them', async () => {
    const { key, id } = await createApiKey(stack, admin, [
      'notifications:send',
      'notifications:read',
      'orders:read',
      'orders:write',
    ]);
    const requests: [string, unknown?][] = [
      ['GET '],
      ['POST ', { name: 'x', scopes: SEND }],
      [`GET ${id}/`],
      [`PATCH ${id}/`, { name: 'x' }],
      [`POST ${id}/rotate/`, {}],
      [`DELETE ${id}/`],
    ];
    for (const [line, body] of requests) {
      expect(await keys(line, body, customer.accessToken)).toMatchObject({ status: 403 });
      expect(await keys(line, body, key)).toMatchObject({
        status: 403,
        body: { detail: 'API keys cannot use this endpoint. It requires the access token of a user.' },
      });
    }
    expect(await send(key)).toMatchObject({ status: 201 });
  });

  it.each<[string, unknown, string]>([
    ['no name', { scopes: SEND }, '#/name'],
    ['no scope', { name: 'x', scopes: [] }, '#/scopes'],
    ['an unknown scope', { name: 'x', scopes: ['everything'] }, '#/scopes'],
    ['a scope twice', { name: 'x', scopes: [...SEND, ...SEND] }, '#/scopes'],
    ['an expiry in the past', { name: 'x', scopes: SEND, expires_at: '2020-01-01T00:00:00Z' }, '#/expires_at'],
    ['an expiry that is no time', { name: 'x', scopes: SEND, expires_at: 'tomorrow' }, '#/expires_at'],
  ])('are not created with %s', async (_, body, pointer) => {
    const answer = await keys<{ errors: { pointer: string }[] }>('POST ', body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map((each) => each.pointer)).toContain(pointer);
  });

  describe('are refused', () => {
    let one: ApiKey;
    let other: ApiKey;
    beforeAll(async () => {
      [one, other] = [await createApiKey(stack, admin, SEND), await createApiKey(stack, admin, SEND)];
    });

    it.each<[string, (one: string, other: string) => string]>([
      ['truncated', (key) => key.slice(0, -1)],
      ['lengthened', (key) => `${key}0`],
      ['in upper case', (key) => key.toUpperCase().replace('TDK', 'tdk')],
      ['without their secret', (key) => key.slice(0, 15)],
      ['with the secret of another key', (key, another) => key.slice(0, 15) + another.slice(15)],
      ['with an invented secret', (key) => `${key.slice(0, 16)}${'0'.repeat(50)}`],
      ['with an unknown prefix', (key) => `tdk_00000000000${key.slice(15)}`],
      ['with SQL in them', () => `tdk_'OR'1'='1`],
    ])('%s, for the same reason', async (_, forge) => {
      await expectRefused(forge(one.key, other.key), /^The API key is not valid\.$/);
      expect(await send(one.key)).toMatchObject({ status: 201 });
    });

    it('with their hash instead of the key', async () => {
      const [row] = await db().select().from(apiKeys).where(eq(apiKeys.id, one.id));
      await expectRefused(`${one.prefix}_${row?.hash ?? ''}`, /^The API key is not valid\.$/);
      await expectRefused(row?.hash ?? '', /malformed/);
    });

    it('in a cookie', async () => {
      const headers = { cookie: `access_token=${one.key}`, origin: stack.url };
      const body = { user_id: customer.id, notification_type: 'general', title: 'x', message: 'x' };
      expect(await rest(stack.url, 'POST /api/notifications/', { headers, body })).toMatchObject({
        status: 401,
        body: { detail: expect.stringMatching(/^API keys are accepted only in/) },
      });
    });

    it('by sockets and event streams, which say why', async () => {
      const url = `${stack.otherUrl}/ws/notifications/`;
      const headers = { authorization: `Bearer ${one.key}` };
      for (const options of [{ token: one.key }, { headers }, { protocols: ['tidings.v1', `bearer.${one.key}`] }]) {
        const socket = await open(url, options);
        const goodbye = await socket.expectClose(4001);
        expect(goodbye).toMatchObject({ reason: expect.stringMatching(/^API keys are accepted only in/) });
      }
      for (const path of ['notifications/stream/', `notifications/stream/?token=${one.key}`]) {
        expect(await rest(stack.url, `GET /api/${path}`, path.includes('?') ? {} : { headers })).toMatchObject({
          status: 401,
          body: { detail: expect.stringMatching(/^API keys are accepted only in/) },
        });
      }
    });

    it('by an open socket as its new token', async () => {
      const socket = await open(`${stack.url}/ws/notifications/`, { token: customer.socketToken });
      await socket.expectMessage('connection_established');
      socket.send({ type: 'authenticate', token: one.key });
      await socket.expectMessage({ type: 'error', code: 'unauthenticated' });
      await socket.close();
    });
  });

  it('do not appear in the logs, even if they cannot be looked up', async () => {
    const { key, prefix } = await createApiKey(stack, admin, SEND);
    const logged: string[] = [];
    const spies = [process.stdout, process.stderr].map((stream) =>
      jest.spyOn(stream, 'write').mockImplementation((chunk) => logged.push(String(chunk)) > 0),
    );
    const execute = jest.spyOn(db(), 'execute').mockImplementationOnce(() => {
      throw new DrizzleQueryError('SELECT FROM api_keys', [prefix, key], new Error('lost'));
    });
    try {
      expect(await send(key)).toMatchObject({ status: 500 });
      await send(`${key}0`);
      const socket = await open(`${stack.url}/ws/notifications/`, { token: key });
      await socket.expectClose(4001);
      expect(await send(key)).toMatchObject({ status: 201 });
    } finally {
      for (const spy of [...spies, execute]) spy.mockRestore();
    }
    expect(logged.join('')).toContain('lost (SELECT FROM api_keys)');
    expect(logged.join('')).not.toContain(key.slice(16));
  });

  it('are refused on every node as soon as they are revoked, and stay in the list', async () => {
    const { key, id } = await createApiKey(stack, admin, SEND);
    expect(await send(key, stack.otherUrl)).toMatchObject({ status: 201 });
    expect(await keys(`DELETE ${id}/`)).toMatchObject({ status: 204 });
    await expectRefused(key, /^This API key was revoked\.$/);
    // Who does not know the secret does not learn that the key existed.
    await expectRefused(`${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`, /^The API key is not valid\.$/);

    const revoked = (await keys(`GET ${id}/`)).body.revoked_at;
    expect(revoked).not.toBeNull();
    expect(await keys(`DELETE ${id}/`)).toMatchObject({ status: 204 });
    expect((await keys(`GET ${id}/`)).body.revoked_at).toBe(revoked);
    expect(await keys(`POST ${id}/rotate/`, {})).toMatchObject({ status: 409 });
    expect(await keys(`PATCH ${id}/`, { name: 'Alive again' })).toMatchObject({ status: 409 });
    for (const unknown of ['nonsense', '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f']) {
      expect(await keys(`DELETE ${unknown}/`)).toMatchObject({ status: 404 });
      expect(await keys(`GET ${unknown}/`)).toMatchObject({ status: 404 });
    }
  });

  it('expire, and can be extended', async () => {
    const { key, id } = await createApiKey(stack, admin, SEND, { expires_at: '2099-01-01T00:00:00Z' });
    expect(await send(key)).toMatchObject({ status: 201 });
    await db()
      .update(apiKeys)
      .set({ expiresAt: sql`now()` })
      .where(eq(apiKeys.id, id));
    await expectRefused(key, /^This API key has expired\.$/);

    expect(await keys(`PATCH ${id}/`, { expires_at: null })).toMatchObject({ body: { expires_at: null } });
    expect(await send(key)).toMatchObject({ status: 201 });
  });

  it('obey changed scopes with the next request', async () => {
    const { key, id } = await createApiKey(stack, admin, SEND);
    const changed = await keys(`PATCH ${id}/`, { name: 'Reports', scopes: ['notifications:read'] });
    expect(changed.body).toMatchObject({ name: 'Reports', scopes: ['notifications:read'], expires_at: null });
    for (const url of [stack.url, stack.otherUrl]) {
      const detail = 'This API key does not have the scope notifications:send.';
      expect(await send(key, url)).toMatchObject({ status: 403, body: { detail } });
    }
    const { name, scopes } = (await keys<ApiKey & { scopes: string[] }>(`PATCH ${id}/`, {})).body;
    expect({ name, scopes }).toEqual({ name: 'Reports', scopes: ['notifications:read'] });
  });

  describe('are rotated:', () => {
    const rotate = async (id: string, body: object): Promise<ApiKey & Listed> =>
      (await keys<ApiKey & Listed>(`POST ${id}/rotate/`, body)).body;

    it('both secrets are accepted until the overlap ends, a day later by default', async () => {
      const first = await createApiKey(stack, admin, SEND);
      const second = await rotate(first.id, {});
      expect(second).toMatchObject({ id: first.id, prefix: first.prefix, name: first.name });
      expect(second.key).not.toBe(first.key);
      const hours = (Date.parse(second.previous_secret_until ?? '') - Date.now()) / 3_600_000;
      expect(Math.round(hours)).toBe(24);
      for (const { key } of [first, second]) expect(await send(key, stack.otherUrl)).toMatchObject({ status: 201 });

      await db()
        .update(apiKeys)
        .set({ previousUntil: sql`now()` })
        .where(eq(apiKeys.id, first.id));
      await expectRefused(first.key, /^This API key was rotated\./);
      expect(await send(second.key)).toMatchObject({ status: 201 });
    });

    it('without an overlap, the former secret is refused at once', async () => {
      const first = await createApiKey(stack, admin, SEND);
      const second = await rotate(first.id, { overlap_s: 0 });
      await expectRefused(first.key, /^This API key was rotated\./);
      expect(await send(second.key)).toMatchObject({ status: 201 });
    });

    it('only the last two secrets are ever accepted', async () => {
      const first = await createApiKey(stack, admin, SEND);
      const second = await rotate(first.id, { overlap_s: 3600 });
      const third = await rotate(first.id, { overlap_s: 3600 });
      await expectRefused(first.key, /^The API key is not valid\.$/);
      for (const { key } of [second, third]) expect(await send(key)).toMatchObject({ status: 201 });
    });

    it('not with an impossible overlap', async () => {
      const { id } = await createApiKey(stack, admin, SEND);
      for (const overlap_s of [-1, 1.5, '1', 1e9]) {
        expect(await keys(`POST ${id}/rotate/`, { overlap_s })).toMatchObject({ status: 400 });
      }
    });
  });

  it('own their Idempotency-Keys, also after a rotation', async () => {
    const [one, other] = [await createApiKey(stack, admin, SEND), await createApiKey(stack, admin, SEND)];
    const headers = { 'idempotency-key': 'order-1001' };
    const first = await send(one.key, stack.url, headers);
    const rotated = await must<ApiKey>(stack.url, `POST /api/api-keys/${one.id}/rotate/`, {
      token: admin.accessToken,
      body: { overlap_s: 0 },
    });
    const repeated = await send(rotated.key, stack.otherUrl, headers);
    expect(repeated.body).toEqual(first.body);
    expect(repeated.headers.get('idempotent-replayed')).toBe('true');

    for (const token of [other.key, admin.accessToken]) {
      const elses = await send(token, stack.url, headers, 'Another one');
      expect(elses.status).toBe(201);
      expect(elses.headers.get('idempotent-replayed')).toBeNull();
    }
  });

  it('are created once by a repeated request, and their secrets are not in the stored answer', async () => {
    const options = {
      token: admin.accessToken,
      headers: { 'idempotency-key': `key-${customer.id}` },
      body: { name: 'Repeated', scopes: SEND },
    };
    const first = await must<ApiKey>(stack.url, 'POST /api/api-keys/', options);
    const second = await must<ApiKey>(stack.otherUrl, 'POST /api/api-keys/', options);
    expect(second.id).toBe(first.id);
    for (const { key } of [first, second]) expect(await send(key)).toMatchObject({ status: 201 });
    const { rows } = await execute<{ count: number }>(
      db(),
      sql`SELECT count(*)::int AS count FROM idempotency_keys WHERE answer LIKE ${`%${first.key.slice(-50)}%`}`,
    );
    expect(rows).toEqual([{ count: 0 }]);
  });
});
