import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { decodeJwt } from 'jose';
import { refreshTokens } from '../../src/auth/sessions/sessions.table.js';
import { Database } from '../../src/database/database.js';
import { must, rest } from '../support/clients/rest.js';
import type { RestAnswer } from '../support/clients/rest.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly user: Readonly<Record<string, unknown>>;
}

interface Problem {
  readonly title: string;
  readonly detail: string;
}

describe('tokens', () => {
  let stack: Stack;
  let made = 0;
  const password = 'correct horse battery';
  const register = (): Promise<Tokens> => {
    const email = `somebody-${String((made += 1))}@example.com`;
    return must(stack.url, 'POST /api/auth/register', { body: { email, password } });
  };
  const me = (token: string, url = stack.url): Promise<RestAnswer<unknown>> => rest(url, 'GET /api/auth/me', { token });
  const refresh = (refreshToken: string, url = stack.url): Promise<RestAnswer<Tokens>> =>
    rest(url, 'POST /api/auth/refresh', { body: { refresh_token: refreshToken } });

  /** Makes every used refresh token look as if it had been used that many seconds earlier. */
  const ageUsedTokens = async (seconds: number): Promise<void> => {
    const earlier = sql`${refreshTokens.usedAt} - make_interval(secs => ${seconds})`;
    await stack.apps[0]?.get(Database).db.update(refreshTokens).set({ usedAt: earlier });
  };

  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack.stop());

  describe('the access token', () => {
    const bad: [string, Record<string, string>][] = [
      ['no token', {}],
      ['an empty one', { authorization: 'Bearer ' }],
      ['another scheme', { authorization: 'Basic YWRhOnB3' }],
      ['nonsense', { authorization: 'Bearer nonsense' }],
      ['nonsense in the cookie', { cookie: 'access_token=nonsense' }],
    ];
    it.each(bad)('is rejected with 401 and a hint: %s', async (_, headers) => {
      const answer = await rest<Problem>(stack.url, 'GET /api/auth/me', { headers });

      expect(answer).toMatchObject({ status: 401, body: { title: 'Not authenticated', detail: expect.any(String) } });
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
    });

    it('is accepted in the cookie too', async () => {
      const { access_token: token, user } = await register();
      const headers = { cookie: `theme=dark; access_token=${token}; other=1` };

      expect(await rest(stack.url, 'GET /api/auth/me', { headers })).toMatchObject({ status: 200, body: user });
    });

    it('is not accepted in the cookie for a change from another site', async () => {
      const { access_token: token } = await register();
      const headers = { cookie: `access_token=${token}`, 'sec-fetch-site': 'cross-site' };

      expect(await rest(stack.url, 'POST /api/auth/logout', { headers })).toMatchObject({ status: 403 });
      expect(await rest(stack.url, 'GET /api/auth/me', { headers })).toMatchObject({ status: 200 });
      expect(await rest(stack.url, 'POST /api/auth/logout', { headers, token })).toMatchObject({ status: 204 });
    });

    it('cannot be a refresh token or a WebSocket token', async () => {
      const person = await stack.people.customer();

      expect(await me(person.socketToken)).toMatchObject({ status: 401 });
      expect(await me(person.refreshToken)).toMatchObject({ status: 401 });
      expect(await refresh(person.accessToken)).toMatchObject({ status: 401 });
      expect(await refresh(person.socketToken)).toMatchObject({ status: 401 });
      expect(await refresh('')).toMatchObject({ status: 400 });
    });
  });

  describe('the refresh token', () => {
    it('returns the next one, in the same session', async () => {
      const first = await register();
      const second = await refresh(first.refresh_token, stack.otherUrl);

      expect(second).toMatchObject({ status: 200, body: { expires_in: 900, user: first.user } });
      expect(second.body.refresh_token).not.toBe(first.refresh_token);
      expect(decodeJwt(second.body.access_token).sid).toBe(decodeJwt(first.access_token).sid);
      expect(await me(first.access_token)).toMatchObject({ status: 200 });
      expect(await me(second.body.access_token)).toMatchObject({ status: 200 });
    });

    it('ends its session on every node when it is used again after 30 seconds', async () => {
      const first = await register();
      const second = await refresh(first.refresh_token);
      const third = await refresh(second.body.refresh_token);
      const other = await must<Tokens>(stack.url, 'POST /api/auth/login', {
        body: { email: first.user.email, password },
      });
      await ageUsedTokens(31);

      expect(await refresh(first.refresh_token, stack.otherUrl)).toMatchObject({ status: 401 });
      for (const { access_token: token } of [first, second.body, third.body]) {
        expect(await me(token)).toMatchObject({ status: 401 });
        expect(await me(token, stack.otherUrl)).toMatchObject({ status: 401 });
      }
      expect(await refresh(third.body.refresh_token)).toMatchObject({ status: 401 });
      expect(await me(other.access_token)).toMatchObject({ status: 200 });
    });

    it('returns the same answer to tabs that refresh at once, and again if the answer was lost', async () => {
      const { refresh_token: token } = await register();
      const all = Array.from({ length: 6 }, (_, index) => refresh(token, index % 2 ? stack.url : stack.otherUrl));
      const [first, ...others] = (await Promise.all(all)).map(({ status, body }) => ({ status, body }));
      await ageUsedTokens(25);
      const { status, body } = await refresh(token, stack.otherUrl);

      expect(first?.status).toBe(200);
      for (const answer of [...others, { status, body }]) expect(answer).toEqual(first);
      expect(await me(body.access_token)).toMatchObject({ status: 200 });
      expect(await refresh(body.refresh_token)).toMatchObject({ status: 200 });
    });

    it('cannot be used after signing out', async () => {
      const first = await register();
      const second = await refresh(first.refresh_token);
      await must(stack.url, 'POST /api/auth/logout', { token: second.body.access_token });

      for (const url of [stack.url, stack.otherUrl]) {
        expect(await refresh(first.refresh_token, url)).toMatchObject({ status: 401 });
        expect(await refresh(second.body.refresh_token, url)).toMatchObject({ status: 401 });
      }
      expect(await me(second.body.access_token, stack.otherUrl)).toMatchObject({ status: 401 });
    });
  });

  describe('signing out', () => {
    it('ends the access, refresh and WebSocket tokens of the session at once, and no other session', async () => {
      const person = await stack.people.customer();
      const elsewhere = await stack.people.signIn(person.email);
      const answer = await rest(stack.url, 'POST /api/auth/logout', { token: person.accessToken });

      expect(answer).toMatchObject({ status: 204, body: '' });
      expect(await me(person.accessToken, stack.otherUrl)).toMatchObject({ status: 401 });
      expect(await refresh(person.refreshToken)).toMatchObject({ status: 401 });
      expect(await rest(stack.url, 'POST /api/auth/logout', { token: person.accessToken })).toMatchObject({
        status: 401,
      });
      expect(await me(elsewhere.accessToken)).toMatchObject({ status: 200 });
    });

    it('requires a token', async () => {
      expect(await rest(stack.url, 'POST /api/auth/logout')).toMatchObject({ status: 401 });
    });
  });
});
