import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { must, rest } from '../support/clients/rest.js';
import type { RestAnswer } from '../support/clients/rest.js';
import { startOwnStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly expires_in: number;
  readonly user: Readonly<Record<string, unknown>>;
}

interface Problem {
  readonly title: string;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string }[];
}

describe('signing in', () => {
  let stack: Stack;
  let made = 0;
  const password = 'correct horse battery';
  const newEmail = (): string => `somebody-${String((made += 1))}@example.com`;
  const register = (body: object = {}): Promise<Tokens> =>
    must(stack.url, 'POST /api/auth/register', { body: { email: newEmail(), password, ...body } });
  const me = (token: string, url = stack.url): Promise<RestAnswer<unknown>> => rest(url, 'GET /api/auth/me', { token });

  beforeAll(async () => {
    stack = await startOwnStack();
  });
  afterAll(() => stack.stop());

  it('works at once after the registration, on every node', async () => {
    const email = newEmail();
    const body = { email, password, name: 'Ada', role: 'partner' };
    const answer = await rest<Tokens>(stack.url, 'POST /api/auth/register', { body });

    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      expires_in: 900,
      user: { id: expect.stringMatching(/^[0-9a-f-]{36}$/), email, name: 'Ada', role: 'partner' },
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    for (const url of [stack.url, stack.otherUrl]) {
      expect(await me(answer.body.access_token, url)).toMatchObject({ status: 200, body: answer.body.user });
    }
  });

  it('answers with and without the trailing slash', async () => {
    const { access_token: token } = await register();

    expect(await rest(stack.url, 'GET /api/auth/me/', { token })).toMatchObject({ status: 200 });
    expect(await rest(stack.url, 'POST /api/auth/login/', { body: {} })).toMatchObject({ status: 400 });
  });

  it('permits one account per address, whatever its case', async () => {
    const { user } = await register({ email: 'Grace.Hopper@Example.com' });
    const again = { email: 'grace.hopper@example.COM', password };
    const taken = await rest<Problem>(stack.url, 'POST /api/auth/register', { body: again });
    const login = await rest<Tokens>(stack.url, 'POST /api/auth/login', { body: again });

    expect(taken).toMatchObject({ status: 409, body: { errors: [{ pointer: '#/email' }] } });
    expect(login).toMatchObject({ status: 200, body: { user, expires_in: 900 } });
  });

  it.each([
    ['dots on letters i', 'admin', 'admİn'],
    ['full-width letters', 'keiko', 'ｋｅｉｋｏ'],
    ['composed letters', 'rene\u0301', 'ren\u00c9'],
  ])('treats addresses that differ in %s as equal', async (_, local, spelling) => {
    const { user } = await register({ email: `${local}@spelling.example.com` });
    const again = { email: `${spelling}@SPELLING.example.com`, password };

    expect(await rest(stack.url, 'POST /api/auth/register', { body: again })).toMatchObject({ status: 409 });
    expect(await rest(stack.url, 'POST /api/auth/login', { body: again })).toMatchObject({
      status: 200,
      body: { user },
    });
  });

  it('creates one account when many register the same address at once', async () => {
    const body = { email: newEmail(), password };
    const all = Array.from({ length: 5 }, (_, index) =>
      rest(index % 2 ? stack.url : stack.otherUrl, 'POST /api/auth/register', { body }),
    );
    const statuses = (await Promise.all(all)).map((answer) => answer.status);

    expect(statuses.toSorted()).toEqual([201, 409, 409, 409, 409]);
  });

  it.each([
    ['a weak password', { password: 'Summer2024!' }, ['#/password']],
    ['the demo accounts’ password', { password: 'tidings-demo' }, ['#/password']],
    ['a password derived from the name', { name: 'Adalbert Ostrowski', password: 'Ostrowski1987' }, ['#/password']],
    ['a short password', { password: 'x7$kQ' }, ['#/password']],
    ['no e-mail address', { email: 'ada' }, ['#/email']],
    ['the role admin', { role: 'admin' }, ['#/role']],
    [
      'everything wrong at once',
      { email: 1, password: 2, role: 3, name: 4 },
      ['#/email', '#/password', '#/name', '#/role'],
    ],
  ])('does not register %s', async (_, change, pointers) => {
    const body = { email: newEmail(), password, ...change };
    const answer = await rest<Problem>(stack.url, 'POST /api/auth/register', { body });

    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body.errors?.map((error) => error.pointer).toSorted()).toEqual(pointers.toSorted());
  });

  it('does not reveal whether the address or the password was wrong', async () => {
    const { user } = await register();
    const known = await rest(stack.url, 'POST /api/auth/login', {
      body: { email: user.email, password: 'wrong horse' },
    });
    const body = { email: 'nobody@example.com', password };
    const unknown = await rest(stack.url, 'POST /api/auth/login', { body });

    expect(known.status).toBe(401);
    expect(known.headers.get('www-authenticate')).toBe('Bearer');
    expect({ ...unknown, headers: null }).toEqual({ ...known, headers: null });
  });
});
