import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from '../support/people.js';
import { must, rest } from '../support/clients/rest.js';
import type { RestAnswer, RestOptions } from '../support/clients/rest.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

const password = 'correct horse battery';

describe('limits on signing in', () => {
  let stack: Stack;
  const login = (
    email: string,
    secret: string,
    url = stack.url,
    headers: Record<string, string> = {},
  ): Promise<RestAnswer<unknown>> => rest(url, 'POST /api/auth/login', { body: { email, password: secret }, headers });
  const at = (address: string): Record<string, string> => ({ 'x-forwarded-for': address });
  const register = (email: string, address: string, url = stack.url): Promise<RestAnswer<unknown>> =>
    rest(url, 'POST /api/auth/register', { body: { email, password }, headers: { 'x-forwarded-for': address } });

  beforeAll(async () => {
    const rates = { LOGIN_RATE: '3', LOGIN_ADDRESS_RATE: '20', REGISTER_RATE: '2', REFRESH_RATE: '5' };
    stack = await startStack({ ...rates, TRUST_PROXY: 'true' });
  });
  afterAll(() => stack.stop());

  it('reject an account after LOGIN_RATE failed logins on all nodes together, even with the right password', async () => {
    await must(stack.url, 'POST /api/auth/register', { body: { email: 'ada@example.com', password } });
    for (const url of [stack.url, stack.otherUrl, stack.url]) {
      expect(await login('ada@example.com', 'wrong horse', url)).toMatchObject({ status: 401 });
    }

    for (const url of [stack.url, stack.otherUrl]) {
      const refused = await login('ADA@example.com', password, url);
      expect(refused).toMatchObject({ status: 429, body: { title: 'Too many requests' } });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    }
    expect(await login('bob@example.com', password)).toMatchObject({ status: 401 });
  });

  it('count every spelling of an address as one account', async () => {
    await register('admin@spelling.example.com', '192.0.2.40');
    for (const spelling of ['admİn', 'ＡＤＭＩＮ', 'admın']) {
      expect(await login(`${spelling}@spelling.example.com`, 'wrong horse')).toMatchObject({ status: 401 });
    }
    expect(await login('admin@spelling.example.com', password)).toMatchObject({ status: 429 });
  });

  it('apply to attempts that arrive at once', async () => {
    const crowd = Array.from({ length: 12 }, (_, index) =>
      login('crowd@example.com', 'wrong horse', index % 2 ? stack.url : stack.otherUrl),
    );
    const statuses = (await Promise.all(crowd)).map((answer) => answer.status);

    expect(statuses.filter((status) => status === 401)).toHaveLength(3);
    expect(statuses.filter((status) => status === 429)).toHaveLength(9);
  });

  it('do not limit successful logins', async () => {
    await register('often@example.com', '192.0.2.50');
    for (let count = 0; count < 6; count++) {
      expect(await login('often@example.com', password)).toMatchObject({ status: 200 });
    }
  });

  it('reject registrations from one address after REGISTER_RATE', async () => {
    expect(await register('one@example.com', '192.0.2.1')).toMatchObject({ status: 201 });
    expect(await register('two@example.com', '192.0.2.1', stack.otherUrl)).toMatchObject({ status: 201 });
    const refused = await register('three@example.com', '192.0.2.1');

    expect(refused).toMatchObject({ status: 429 });
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(3600);
    expect(await register('three@example.com', '192.0.2.2')).toMatchObject({ status: 201 });
  });

  it('reject an address that tries one password on many accounts, on all nodes together, and no other address', async () => {
    const spray = Array.from({ length: 30 }, (_, index) =>
      login(`spray-${index}@example.com`, password, index % 2 ? stack.url : stack.otherUrl, at('203.0.113.9')),
    );
    const statuses = (await Promise.all(spray)).map((answer) => answer.status);

    expect(statuses.filter((status) => status === 401)).toHaveLength(20);
    expect(statuses.filter((status) => status === 429)).toHaveLength(10);
    expect(await login('other@example.com', password, stack.url, at('203.0.113.10'))).toMatchObject({ status: 401 });
  });

  it('let the owner sign in while many addresses try passwords on the account', async () => {
    await register('owner@example.com', '192.0.2.60');
    const signedIn = await login('owner@example.com', password, stack.url, at('198.51.100.1'));
    const [cookie = ''] = (signedIn.headers.get('set-cookie') ?? '').split(';');
    for (let index = 1; index <= 5; index++)
      await login('owner@example.com', 'x', stack.url, at(`198.51.100.${index}`));

    expect(signedIn.headers.get('set-cookie')).toMatch(/^tidings_device=.*Path=\/api\/auth;.*HttpOnly; SameSite=Lax/);
    // An address with failures must wait, even with the right password. An address without
    // failures and a known device of the owner do not have to wait.
    expect(await login('owner@example.com', password, stack.otherUrl, at('198.51.100.5'))).toMatchObject({
      status: 429,
    });
    expect(await login('owner@example.com', password, stack.otherUrl, at('198.51.100.77'))).toMatchObject({
      status: 200,
    });
    const onDevice = { ...at('198.51.100.5'), cookie };
    expect(await login('owner@example.com', password, stack.otherUrl, onDevice)).toMatchObject({ status: 200 });
    expect(await login('other@example.com', 'x', stack.url, onDevice)).toMatchObject({ status: 401 });
  });

  it('let other users sign in while one address sends hundreds of logins', async () => {
    await register('patient@example.com', '192.0.2.61');
    const junk = Array.from({ length: 300 }, (_, index) =>
      login(`junk-${index}@example.com`, 'x', stack.url, at('203.0.113.20')),
    );
    expect(await login('patient@example.com', password, stack.url, at('192.0.2.62'))).toMatchObject({ status: 200 });
    await Promise.all(junk);
  });

  it('reject refreshes of a session beyond REFRESH_RATE, and keep the session', async () => {
    let { refresh_token: token } = await must<{ refresh_token: string }>(stack.url, 'POST /api/auth/register', {
      body: { email: 'fresh@example.com', password },
      headers: at('192.0.2.63'),
    });
    const refresh = (url: string): Promise<RestAnswer<{ refresh_token: string }>> =>
      rest(url, 'POST /api/auth/refresh', { body: { refresh_token: token } });
    for (let count = 0; count < 5; count++) {
      const answer = await refresh(count % 2 ? stack.url : stack.otherUrl);
      expect(answer.status).toBe(200);
      token = answer.body.refresh_token;
    }
    const refused = await refresh(stack.url);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('limits on requests', () => {
  let stack: Stack;
  let neighbour: Person;
  beforeAll(async () => {
    stack = await startStack({ REQUEST_RATE: '2', ADDRESS_REQUEST_RATE: '3' });
    neighbour = await stack.people.customer();
  });
  afterAll(() => stack.stop());

  /** So many that some exceed the limit even if they are spread over two windows of ten seconds. */
  const many = async (count: number, line: string, options: RestOptions = {}): Promise<RestAnswer<unknown>[]> => {
    const answers: RestAnswer<unknown>[] = [];
    for (let sent = 0; sent < count; sent++) answers.push(await rest(stack.url, line, options));
    return answers;
  };
  const refusedOf = (answers: readonly RestAnswer<unknown>[]): RestAnswer<unknown>[] =>
    answers.filter(({ status }) => status === 429);

  it('reject requests of a user beyond REQUEST_RATE, but not those of other users and administrators', async () => {
    const [customer, other, admin] = [
      await stack.people.customer(),
      await stack.people.customer(),
      await stack.people.admin(),
    ];
    const [refused] = refusedOf(await many(60, 'GET /api/auth/me', { token: customer.accessToken }));

    expect(refused?.body).toMatchObject({ type: 'urn:tidings:error:rate_limited', status: 429 });
    expect(refused?.headers.get('content-type')).toContain('application/problem+json');
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(refused?.headers.get('retry-after'))).toBeLessThanOrEqual(10);
    expect(await rest(stack.url, 'GET /api/auth/me', { token: other.accessToken })).toMatchObject({ status: 200 });
    expect(refusedOf(await many(60, 'GET /api/auth/me', { token: admin.accessToken }))).toHaveLength(0);
  });

  it.each([
    ['without a token', 'GET /api/openapi.json', {}],
    ['to paths that do not exist', 'GET /api/nothing', {}],
    ['with a bad token', 'GET /api/auth/me', { token: 'bad' }],
    ['with a bad token on a public route', 'POST /api/auth/login', { token: 'bad', body: {} }],
  ])('reject an address that sends too many requests %s, but not its users', async (_, line, options) => {
    expect(refusedOf(await many(70, line, options)).length).toBeGreaterThan(0);
    expect((await rest(stack.url, 'GET /api/auth/me', { token: neighbour.accessToken })).status).toBe(200);
    expect((await rest(stack.url, 'GET /health/live')).status).toBe(200);
  });
});
