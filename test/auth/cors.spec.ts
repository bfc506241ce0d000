import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { corsOf, preflight } from '../support/clients/cors.js';
import type { Person } from '../support/people.js';
import { rest } from '../support/clients/rest.js';
import type { RestAnswer } from '../support/clients/rest.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

const FRONT_END = 'https://app.example.com';
const FOREIGN = 'https://evil.test';

describe('CORS', () => {
  let stack: Stack;
  let customer: Person;

  beforeAll(async () => {
    stack = await startStack({ ALLOWED_HOSTS: 'localhost,.example.com' });
    customer = await stack.people.customer();
  });

  afterAll(() => stack.stop());

  const ask = (line: string, origin: string, options: object = {}): Promise<RestAnswer<unknown>> =>
    rest(stack.otherUrl, line, { headers: { origin }, ...options });
  const readable = { 'allow-origin': FRONT_END, 'allow-credentials': 'true' };

  it.each(['POST', 'PATCH', 'PUT', 'DELETE', 'GET'])('answers the preflight of %s', async (method) => {
    const answer = await preflight(stack.otherUrl, '/api/notifications/preferences/', FRONT_END, method);
    expect(answer.status).toBe(204);
    expect(corsOf(answer)).toMatchObject({
      ...readable,
      'allow-methods': expect.stringContaining(method),
      'allow-headers': 'authorization,content-type,idempotency-key',
      'max-age': expect.any(String),
    });
    expect(answer.headers.get('vary')).toMatch(/\bOrigin\b/);
  });

  it('answers the preflight of a path that does not exist, so that its 404 can be read', async () => {
    expect((await preflight(stack.otherUrl, '/api/nothing/', FRONT_END)).status).toBe(204);
  });

  it('keeps answers out of shared caches', async () => {
    const token = customer.accessToken;
    const read = await rest(stack.otherUrl, 'GET /api/orders/', { token });
    expect(read.headers.get('cache-control')).toBe('private, no-cache');
    expect(read.headers.get('etag')).not.toBeNull();
    const secret = await rest(stack.otherUrl, 'GET /api/realtime/token/', { token });
    expect(secret.headers.get('cache-control')).toBe('no-store');
  });

  it('lets pages read answers and the headers that clients need', async () => {
    const answer = await ask('GET /api/notifications/', FRONT_END, {
      headers: { origin: FRONT_END, authorization: `Bearer ${customer.accessToken}` },
    });
    expect(answer.status).toBe(200);
    expect(corsOf(answer)).toMatchObject(readable);
    const exposed = corsOf(answer)['expose-headers']?.split(/, */);
    expect(exposed).toEqual(expect.arrayContaining(['X-Stream-Position', 'Retry-After', 'Idempotent-Replayed']));
    expect(answer.headers.get('vary')).toMatch(/\bOrigin\b/);
  });

  it.each([
    ['GET /api/auth/me', 401, {}],
    ['GET /api/nothing', 404, {}],
    ['DELETE /api/auth/login', 405, {}],
    ['POST /api/auth/login', 400, { body: '{' }],
    ['POST /api/auth/login', 413, { body: JSON.stringify({ email: 'x'.repeat(6 * 1024 * 1024) }) }],
    ['POST /api/auth/login', 415, { body: 'a=b', headers: { 'content-type': 'text/plain' } }],
    ['GET /api/notifications/stream/', 401, {}],
  ])('lets pages read the error of %s: %i', async (line, status, options) => {
    const headers = { origin: FRONT_END, ...('headers' in options && options.headers) };
    const answer = await rest(stack.otherUrl, line, { ...options, headers });
    expect(answer.status).toBe(status);
    expect(corsOf(answer)).toMatchObject(readable);
  });

  it.each([FOREIGN, 'null', 'https://example.com.evil.test', 'http://user@localhost', 'x'])(
    'sends no CORS header to %s',
    async (origin) => {
      const { accessToken } = customer;
      for (const answer of [
        await preflight(stack.otherUrl, '/api/notifications/', origin),
        await ask('GET /api/notifications/', origin, {
          headers: { origin, authorization: `Bearer ${accessToken}` },
        }),
        await ask('GET /api/auth/me', origin),
        await ask('GET /api/notifications/stream/', origin),
      ]) {
        expect(corsOf(answer)).toEqual({});
        expect(answer.headers.get('vary')).toMatch(/\bOrigin\b/);
      }
      expect((await preflight(stack.otherUrl, '/api/notifications/', origin)).status).toBeGreaterThanOrEqual(400);
    },
  );

  it('marks answers to requests without Origin as depending on Origin', async () => {
    const answer = await rest(stack.otherUrl, 'GET /api/auth/me');
    expect(answer.headers.get('vary')).toMatch(/\bOrigin\b/);
    expect(corsOf(answer)).toEqual({});
  });
});

describe('CORS with ALLOWED_HOSTS=*', () => {
  let stack: Stack;
  let customer: Person;

  beforeAll(async () => {
    stack = await startStack({ ALLOWED_HOSTS: '*,app.example.com', PUBLIC_URL: 'https://tidings.example.org' });
    customer = await stack.people.customer();
  });

  afterAll(() => stack.stop());

  it('lets any page use its own token, but only named origins use cookies', async () => {
    const any = await rest(stack.url, 'GET /api/auth/me', {
      token: customer.accessToken,
      headers: { origin: FOREIGN },
    });
    expect(any.status).toBe(200);
    expect(corsOf(any)).toMatchObject({ 'allow-origin': '*' });
    expect(corsOf(any)).not.toHaveProperty('allow-credentials');
    expect(corsOf(await preflight(stack.url, '/api/auth/me', FOREIGN))).not.toHaveProperty('allow-credentials');

    const cookie = `access_token=${customer.accessToken}`;
    const named = await rest(stack.url, 'GET /api/auth/me', { headers: { cookie, origin: FRONT_END } });
    expect(named.status).toBe(200);
    expect(corsOf(named)).toMatchObject({ 'allow-origin': FRONT_END, 'allow-credentials': 'true' });
  });
});
