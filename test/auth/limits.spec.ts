import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { must, rest } from '../support/rest.js';
import type { RestAnswer } from '../support/rest.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

const password = 'correct horse battery';

describe('limits on signing in', () => {
  let stack: Stack;
  const login = (email: string, secret: string, url = stack.url): Promise<RestAnswer<unknown>> =>
    rest(url, 'POST /api/auth/login', { body: { email, password: secret } });
  const register = (email: string, address: string, url = stack.url): Promise<RestAnswer<unknown>> =>
    rest(url, 'POST /api/auth/register', { body: { email, password }, headers: { 'x-forwarded-for': address } });

  beforeAll(async () => {
    stack = await startStack({ LOGIN_RATE: '3', REGISTER_RATE: '2', TRUST_PROXY: 'true' });
  });
  afterAll(() => stack.stop());

  it('refuses an account after LOGIN_RATE failed logins on all nodes together, the right password too', async () => {
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

  it('counts every spelling of an address as one account', async () => {
    await register('admin@spelling.example.com', '192.0.2.40');
    for (const spelling of ['admİn', 'ＡＤＭＩＮ', 'admın']) {
      expect(await login(`${spelling}@spelling.example.com`, 'wrong horse')).toMatchObject({ status: 401 });
    }
    expect(await login('admin@spelling.example.com', password)).toMatchObject({ status: 429 });
  });

  it('gives a crowd of attempts at once no more of them', async () => {
    const crowd = Array.from({ length: 12 }, (_, index) =>
      login('crowd@example.com', 'wrong horse', index % 2 ? stack.url : stack.otherUrl),
    );
    const statuses = (await Promise.all(crowd)).map((answer) => answer.status);

    expect(statuses.filter((status) => status === 401)).toHaveLength(3);
    expect(statuses.filter((status) => status === 429)).toHaveLength(9);
  });

  it('lets as many good logins through as there are', async () => {
    await register('often@example.com', '192.0.2.50');
    for (let count = 0; count < 6; count++) {
      expect(await login('often@example.com', password)).toMatchObject({ status: 200 });
    }
  });

  it('refuses the registration after REGISTER_RATE of them from one address', async () => {
    expect(await register('one@example.com', '192.0.2.1')).toMatchObject({ status: 201 });
    expect(await register('two@example.com', '192.0.2.1', stack.otherUrl)).toMatchObject({ status: 201 });
    const refused = await register('three@example.com', '192.0.2.1');

    expect(refused).toMatchObject({ status: 429 });
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(3600);
    expect(await register('three@example.com', '192.0.2.2')).toMatchObject({ status: 201 });
  });
});
