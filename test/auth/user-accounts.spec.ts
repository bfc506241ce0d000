import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eq } from 'drizzle-orm';
import { users } from '../../src/auth/users/users.table.js';
import { Database } from '../../src/database/database.js';
import { createApiKey } from '../support/clients/api-keys.js';
import type { Page } from '../support/clients/ask.js';
import { follow } from '../support/clients/follow.js';
import { must, rest } from '../support/clients/rest.js';
import type { RestAnswer } from '../support/clients/rest.js';
import { open } from '../support/clients/socket-client.js';
import type { Person } from '../support/people.js';
import { djangoToken } from '../support/peers/issuer.js';
import { startOwnStack, startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

interface Account {
  readonly id: string;
  readonly email: string | null;
  readonly name: string;
  readonly role: string;
  readonly disabled: boolean;
  readonly has_password: boolean;
}

const PASSWORD = 'correct horse battery';

describe('the accounts of users', () => {
  let stack: Stack;
  let admin: Person;
  const ask = <T = Account>(line: string, body?: unknown, token = admin.accessToken): Promise<RestAnswer<T>> =>
    rest(stack.url, line, { token, body });
  const path = ({ id }: { readonly id: string }): string => `/api/users/${encodeURIComponent(id)}/`;
  const change = (person: Person, body: object, token?: string): Promise<RestAnswer<Account>> =>
    ask(`PATCH ${path(person)}`, body, token);
  const search = async (query: string): Promise<string[]> =>
    (await must<Page<Account>>(stack.url, `GET /api/users/?${query}`, { token: admin.accessToken })).results.map(
      ({ id }) => id,
    );

  beforeAll(async () => {
    stack = await startStack();
    admin = await stack.people.admin();
  });
  afterAll(() => stack.stop());

  it('are listed for administrators only', async () => {
    const customer = await stack.people.customer();
    for (const line of ['GET /api/users/', `GET ${path(customer)}`, `PATCH ${path(customer)}`, 'POST /api/users/']) {
      const body = line.startsWith('GET') ? undefined : { name: 'x' };
      expect(await ask(line, body, customer.accessToken)).toMatchObject({ status: 403 });
    }
    expect(await ask(`GET ${path(customer)}`)).toMatchObject({
      status: 200,
      body: {
        id: customer.id,
        email: customer.email,
        email_confirmed: false,
        name: customer.name,
        role: 'customer',
        phone: null,
        phone_confirmed: false,
        language: null,
        time_zone: null,
        has_password: true,
        disabled: false,
        created_at: expect.any(String),
      },
    });
    expect(await ask(`GET ${path({ id: 'nobody' })}`)).toMatchObject({ status: 404 });
    expect(await ask(`GET ${path({ id: ' ' })}`)).toMatchObject({ status: 404 });
  });

  it('are found by a part of the address, the name or the id, in any case, and by role and state', async () => {
    const name = `Zoë 100%_${String(Date.now())}`;
    const [one, two] = [await stack.people.customer(name), await stack.people.partner(name)];
    expect(await search(`search=${encodeURIComponent(name.toUpperCase())}`)).toEqual([two.id, one.id]);
    expect(await search(`search=${encodeURIComponent(name)}&role=customer`)).toEqual([one.id]);
    expect(await search(`search=${encodeURIComponent(one.email.slice(1, -3).toUpperCase())}`)).toEqual([one.id]);
    expect(await search(`search=${two.id.slice(2, -2)}`)).toEqual([two.id]);
    // The signs of SQL patterns are ordinary characters.
    expect(await search(`search=${encodeURIComponent(name.replace('%', '_'))}`)).toEqual([]);
    expect(await search(`search=${encodeURIComponent("'; DROP TABLE users; --")}`)).toEqual([]);

    expect(await search(`email=${encodeURIComponent(one.email.toUpperCase())}`)).toEqual([one.id]);
    expect(await search(`email=${encodeURIComponent(one.email.slice(1))}`)).toEqual([]);

    await change(one, { disabled: true });
    expect(await search(`search=${encodeURIComponent(name)}&disabled=true`)).toEqual([one.id]);
    expect(await search(`search=${encodeURIComponent(name)}&disabled=false`)).toEqual([two.id]);
    for (const query of ['role=king', 'disabled=maybe', 'search=', 'cursor=nonsense', 'sort=name']) {
      expect(await ask(`GET /api/users/?${query}`)).toMatchObject({ status: 400 });
    }
  });

  it('are paged, each user once, also users created at the same moment and with long ids', async () => {
    const mark = `page-${String(Date.now())}`;
    const createdAt = new Date();
    const ids = Array.from({ length: 5 }, (_, index) => `${'🐿'.repeat(240)}${mark}-${String(index)}`.slice(-280));
    const database = (stack.apps[0] as (typeof stack.apps)[number]).get(Database);
    await database.db.insert(users).values(ids.map((id) => ({ id, name: mark, createdAt })));
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query = `search=${mark}&limit=2${cursor && `&cursor=${cursor}`}`;
      const page: Page<Account> = await must(stack.url, `GET /api/users/?${query}`, { token: admin.accessToken });
      seen.push(...page.results.map(({ id }) => id));
      cursor = page.next_cursor;
    }
    expect(seen.sort()).toEqual(ids.sort());
  });

  it('are created with any role, with a password to sign in with or without one', async () => {
    const email = `courier-${String(Date.now())}@example.com`;
    const body = { email, name: ' Cora Courier ', role: 'partner', password: PASSWORD, email_confirmed: true };
    const created = await ask('POST /api/users/', body);
    expect(created).toMatchObject({
      status: 201,
      body: { email, email_confirmed: true, name: 'Cora Courier', role: 'partner', has_password: true },
    });
    const login = await rest(stack.url, 'POST /api/auth/login', { body: { email, password: PASSWORD } });
    expect(login).toMatchObject({ status: 200, body: { user: { id: created.body.id, role: 'partner' } } });
    expect(await ask('POST /api/users/', body)).toMatchObject({
      status: 409,
      body: { errors: [{ pointer: '#/email' }] },
    });

    const without = await ask('POST /api/users/', { email: `x-${email}` });
    expect(without).toMatchObject({ status: 201, body: { role: 'customer', name: '', has_password: false } });
    const boss = await ask('POST /api/users/', { email: `boss-${email}`, role: 'admin', password: PASSWORD });
    expect(boss).toMatchObject({ status: 201, body: { role: 'admin' } });
    for (const bad of [{ password: 'password1' }, { role: 'king' }, { email: 'nonsense' }, { admin: true }]) {
      expect(await ask('POST /api/users/', { email: `y-${email}`, ...bad })).toMatchObject({ status: 400 });
    }
  });

  it('are created once by a repeated request', async () => {
    const options = {
      token: admin.accessToken,
      headers: { 'idempotency-key': `user-${String(Date.now())}` },
      body: { email: `once-${String(Date.now())}@example.com`, password: PASSWORD },
    };
    const first = await must<Account>(stack.url, 'POST /api/users/', options);
    expect(await must(stack.otherUrl, 'POST /api/users/', options)).toEqual(first);
  });

  it('can be renamed; an empty change changes nothing', async () => {
    const customer = await stack.people.customer();
    expect(await change(customer, { name: 'Carla C.' })).toMatchObject({ status: 200, body: { name: 'Carla C.' } });
    expect(await change(customer, {})).toMatchObject({ status: 200, body: { name: 'Carla C.', role: 'customer' } });
    for (const body of [{ name: null }, { role: null }, { disabled: null }, { disabled: 'yes' }, { email: 'a@b.c' }]) {
      expect(await change(customer, body)).toMatchObject({ status: 400 });
    }
  });

  it('can be disabled: the tokens are rejected and the sessions ended on every node; and enabled again', async () => {
    const customer = await stack.people.customer();
    const { socket } = await follow(stack, '/ws/notifications/', customer);
    expect(await change(customer, { disabled: true })).toMatchObject({ status: 200, body: { disabled: true } });
    await socket.expectClose(4006);
    for (const url of [stack.url, stack.otherUrl]) {
      expect(await rest(url, 'GET /api/auth/me', { token: customer.accessToken })).toMatchObject({ status: 401 });
      const body = { refresh_token: customer.refreshToken };
      expect(await rest(url, 'POST /api/auth/refresh', { body })).toMatchObject({ status: 401 });
    }
    const login = { body: { email: customer.email, password: customer.password } };
    expect(await rest(stack.url, 'POST /api/auth/login', login)).toMatchObject({ status: 401 });

    expect(await change(customer, { disabled: false })).toMatchObject({ body: { disabled: false } });
    expect(await rest(stack.url, 'GET /api/auth/me', { token: customer.accessToken })).toMatchObject({ status: 401 });
    expect(await rest(stack.url, 'POST /api/auth/login', login)).toMatchObject({ status: 200 });
  });

  it('lose the sockets of a former role on every node', async () => {
    const partner = await stack.people.partner();
    const { socket } = await follow(stack, '/ws/partner/', partner);
    expect(await change(partner, { role: 'customer' })).toMatchObject({ body: { role: 'customer' } });
    await socket.expectClose(4003);
    expect(await ask('GET /api/partners/me/', undefined, partner.accessToken)).toMatchObject({ status: 403 });
  });

  it('of administrators cannot be disabled or demoted by themselves', async () => {
    for (const body of [{ disabled: true }, { role: 'customer' }, { role: 'partner', name: 'x' }]) {
      expect(await change(admin, body)).toMatchObject({
        status: 409,
        body: { detail: expect.stringMatching(/yourself/) },
      });
    }
    expect(await change(admin, { name: admin.name, role: 'admin', disabled: false })).toMatchObject({ status: 200 });
    const colleague = await stack.people.admin();
    expect(await change(colleague, { role: 'customer' })).toMatchObject({ body: { role: 'customer' } });
    expect(await ask('GET /api/users/', undefined, colleague.accessToken)).toMatchObject({ status: 403 });
  });

  it('cannot be made administrators, or changed if they are, with an API key', async () => {
    const { key } = await createApiKey(stack, admin, ['users:write']);
    const { key: reader } = await createApiKey(stack, admin, ['users:read']);
    const customer = await stack.people.customer();
    const colleague = await stack.people.admin();
    const email = `key-${String(Date.now())}@example.com`;
    expect(await ask('POST /api/users/', { email, role: 'partner' }, key)).toMatchObject({ status: 201 });
    expect(await change(customer, { role: 'partner', disabled: true }, key)).toMatchObject({ status: 200 });
    expect(await ask(`GET ${path(customer)}`, undefined, reader)).toMatchObject({ body: { disabled: true } });

    const detail = 'API keys cannot create or change administrators.';
    for (const answer of [
      await ask('POST /api/users/', { email: `x-${email}`, role: 'admin' }, key),
      await change(customer, { role: 'admin' }, key),
      await change(colleague, { disabled: true }, key),
      await change(colleague, { name: 'x' }, key),
    ]) {
      expect(answer).toMatchObject({ status: 403, body: { detail } });
    }
  });

  it('show the preferences and the devices of a user', async () => {
    const customer = await stack.people.customer();
    const preferences = { digest: 'daily', quiet_hours: { start: '22:00', end: '07:00' } };
    await must(stack.url, 'PUT /api/notifications/preferences/', { token: customer.accessToken, body: preferences });
    const own = await ask('GET /api/notifications/preferences/', undefined, customer.accessToken);
    expect(await ask(`GET ${path(customer)}preferences/`)).toMatchObject({ status: 200, body: own.body });
    expect(await ask(`GET ${path(customer)}devices/`)).toMatchObject({ status: 200, body: { results: [] } });
    for (const part of ['preferences/', 'devices/']) {
      expect(await ask(`GET ${path(customer)}${part}`, undefined, customer.accessToken)).toMatchObject({ status: 403 });
      expect(await ask(`GET ${path({ id: 'nobody' })}${part}`)).toMatchObject({ status: 404 });
    }
  });

  it('of partners show whether they are online on any node', async () => {
    const [here, away] = [await stack.people.partner('Here'), await stack.people.partner('Away')];
    const gone = await stack.people.partner('Gone');
    await change(gone, { disabled: true });
    const { socket } = await follow(stack, '/ws/partner/', here);
    const list = async (filter = ''): Promise<Map<string, { id: string; online: boolean }>> => {
      const line = `GET /api/partners/?limit=10${filter}`;
      const page = await must<Page<{ id: string; user_id: string; online: boolean }>>(stack.url, line, {
        token: admin.accessToken,
      });
      return new Map(page.results.map((one) => [one.user_id, one]));
    };
    await must(stack.url, 'PUT /api/partners/me/duty/', { token: away.accessToken, body: { on_duty: false } });
    const partners = await list();
    expect([here, away, gone].map(({ id }) => partners.get(id)?.online)).toEqual([true, false, undefined]);
    const me = await must<{ id: string }>(stack.url, 'GET /api/partners/me/', { token: away.accessToken });
    expect(partners.get(away.id)?.id).toBe(me.id);
    const onDuty = await list('&on_duty=true');
    expect([here, away, gone].map(({ id }) => onDuty.has(id))).toEqual([true, false, false]);
    const offDuty = await list('&on_duty=false');
    expect([here, away, gone].map(({ id }) => offDuty.has(id))).toEqual([false, true, false]);
    await socket.close();
    let later = await list();
    while (later.get(here.id)?.online === true) later = await list();
    expect(await ask('GET /api/partners/', undefined, here.accessToken)).toMatchObject({ status: 403 });
  });
});

describe('the last administrator', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startOwnStack();
  });
  afterAll(() => stack.stop());

  it('remains, even if two administrators demote each other at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const two = [await stack.people.admin(), await stack.people.admin()];
      const [one, other] = two as [Person, Person];
      const demote = (url: string, who: Person, whom: Person): Promise<RestAnswer<unknown>> =>
        rest(url, `PATCH /api/users/${whom.id}/`, { token: who.accessToken, body: { role: 'customer' } });
      const answers = await Promise.all([demote(stack.url, one, other), demote(stack.otherUrl, other, one)]);
      const statuses = answers.map(({ status }) => status).sort((a, b) => a - b);
      // The second request finds the last administrator (409), or that its own sender is none any more (403).
      expect(statuses[0]).toBe(200);
      expect([403, 409]).toContain(statuses[1]);
      const database = (stack.apps[0] as (typeof stack.apps)[number]).get(Database);
      const left = await database.db.select({ id: users.id }).from(users).where(eq(users.role, 'admin'));
      expect(left).toHaveLength(1);
      await database.db.update(users).set({ role: 'customer' }).where(eq(users.role, 'admin'));
    }
  });
});

describe('the account of a user of an identity provider', () => {
  const SECRET = 'a-secret-for-tests-of-at-least-32-bytes';
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ JWT_PROVISION_USERS: 'true', JWT_SECRET: SECRET });
  });
  afterAll(() => stack.stop());

  it('has a role that is changed there if the tokens name one, and here otherwise; it is disabled here', async () => {
    const { accessToken: token } = await stack.people.admin();
    for (const [id, claims] of [
      ['named', { role: 'customer' }],
      ['open', {}],
    ] as const) {
      const theirs = await djangoToken(SECRET, { user_id: id, ...claims });
      await must(stack.url, 'GET /api/auth/me', { token: theirs });
    }
    const change = (id: string, body: object) => rest(stack.url, `PATCH /api/users/${id}/`, { token, body });
    expect(await change('named', { role: 'partner' })).toMatchObject({
      status: 409,
      body: { errors: [{ pointer: '#/role' }] },
    });
    const theirs = await djangoToken(SECRET, { user_id: 'named', role: 'customer' });
    const socket = await open(`${stack.otherUrl}/ws/notifications/`, { token: theirs });
    await socket.expectMessage('connection_established');
    expect(await change('named', { role: 'customer', disabled: true })).toMatchObject({ status: 200 });
    await socket.expectClose(4001);
    expect(await rest(stack.url, 'GET /api/auth/me', { token: theirs })).toMatchObject({ status: 401 });
    expect(await change('open', { role: 'partner' })).toMatchObject({ status: 200, body: { role: 'partner' } });
  });
});
