import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from '../support/people.js';
import { rest } from '../support/clients/rest.js';
import type { RestAnswer } from '../support/clients/rest.js';
import { expectHandshakeError, open } from '../support/clients/socket-client.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

const FRONT_END = 'https://app.example.com';
const FOREIGN = 'https://evil.test';

describe('a cookie', () => {
  let stack: Stack;
  let customer: Person;

  beforeAll(async () => {
    stack = await startStack({ ALLOWED_HOSTS: 'localhost,.example.com' });
    customer = await stack.people.customer();
  });

  afterAll(() => stack.stop());

  const cookieOf = ({ accessToken }: Person): string => `access_token=${accessToken}`;
  const send = (line: string, headers: Record<string, string>): Promise<RestAnswer<unknown>> =>
    rest(stack.otherUrl, line, { headers: { cookie: cookieOf(customer), ...headers } });

  it.each([
    ['a foreign origin', { origin: FOREIGN }],
    ['a foreign origin that declares itself the same', { origin: FOREIGN, 'sec-fetch-site': 'same-origin' }],
    ['an opaque origin', { origin: 'null' }],
    ['no origin', {}],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another host of the same site', { 'sec-fetch-site': 'same-site' }],
    ['a foreign host of the same site', { 'sec-fetch-site': 'same-site', origin: FOREIGN }],
    ['an empty bearer', { authorization: 'Bearer ' }],
    ['another scheme', { origin: FOREIGN, authorization: 'Basic YWRhOnB3' }],
  ])('does not authenticate a change from %s', async (_, headers) => {
    for (const line of ['POST /api/notifications/read-all/', 'POST /api/auth/logout', 'PATCH /api/auth/me']) {
      expect(await send(line, headers)).toMatchObject({ status: 403 });
    }
  });

  it.each([
    ['an allowed origin', { origin: FRONT_END }],
    ['an allowed origin on another site', { origin: FRONT_END, 'sec-fetch-site': 'cross-site' }],
    ['the same origin, by a browser that sends no Origin', { 'sec-fetch-site': 'same-origin' }],
  ])('authenticates a change from %s', async (_, headers) => {
    expect(await send('POST /api/notifications/read-all/', headers)).toMatchObject({ status: 200 });
  });

  it('does not authenticate another origin, even for reading', async () => {
    expect(await send('GET /api/auth/me', { origin: FOREIGN })).toMatchObject({ status: 403 });
    expect(await send('GET /api/auth/me', {})).toMatchObject({ status: 200 });
  });

  it.each([
    ['a foreign origin', { origin: FOREIGN }],
    ['an image of another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' }],
    ['another host of the same site', { 'sec-fetch-site': 'same-site' }],
  ])('does not open an event stream for %s', async (_, headers) => {
    expect(await send('GET /api/notifications/stream/', headers)).toMatchObject({ status: 403 });
  });

  it('can be quoted, for REST and sockets', async () => {
    const cookie = `theme="dark"; access_token="${customer.accessToken}"; last=1`;
    expect(await rest(stack.otherUrl, 'GET /api/auth/me', { headers: { cookie } })).toMatchObject({ status: 200 });
    const socket = await open(`${stack.otherUrl}/ws/notifications/`, { headers: { cookie }, origin: FRONT_END });
    await socket.expectMessage('connection_established');
  });

  it.each(['login', 'register', 'refresh'])(
    'is not set by a request from a page of another origin: auth/%s',
    async (name) => {
      const body = { email: customer.email, password: customer.password, refresh_token: customer.refreshToken };
      const pages: Record<string, string>[] = [
        { origin: FOREIGN },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
      ];
      for (const headers of pages) {
        expect(await rest(stack.url, `POST /api/auth/${name}`, { body, headers })).toMatchObject({ status: 403 });
      }
    },
  );
});

describe('a cookie with ALLOWED_HOSTS=*', () => {
  let stack: Stack;
  let customer: Person;

  beforeAll(async () => {
    stack = await startStack({ ALLOWED_HOSTS: '*,app.example.com', PUBLIC_URL: 'https://tidings.example.org' });
    customer = await stack.people.customer();
  });

  afterAll(() => stack.stop());

  const cookie = (): Record<string, string> => ({ cookie: `access_token=${customer.accessToken}` });

  it('does not authenticate pages of other origins, over REST, sockets and event streams', async () => {
    const headers = { ...cookie(), origin: FOREIGN };
    expect((await rest(stack.url, 'POST /api/notifications/read-all/', { headers })).status).toBe(403);
    expect((await rest(stack.url, 'GET /api/notifications/stream/', { headers })).status).toBe(403);
    await expectHandshakeError(`${stack.url}/ws/notifications/`, 403, { headers: cookie(), origin: FOREIGN });
  });

  it.each(['https://tidings.example.org', FRONT_END])('authenticates %s by cookie', async (origin) => {
    const headers = { ...cookie(), origin };
    expect((await rest(stack.url, 'POST /api/notifications/read-all/', { headers })).status).toBe(200);
    const socket = await open(`${stack.url}/ws/notifications/`, { headers: cookie(), origin });
    await socket.expectMessage('connection_established');
  });
});
