import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { djangoToken, Issuer } from '../support/peers/issuer.js';
import { must, rest } from '../support/clients/rest.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

describe('users of an outside issuer', () => {
  let issuer: Issuer;
  let stack: Stack;

  beforeAll(async () => {
    issuer = await Issuer.start();
    stack = await startStack({ JWT_JWKS_URL: issuer.jwksUrl, JWT_PROVISION_USERS: 'true' });
  });
  afterAll(async () => {
    await stack.stop();
    await issuer.stop();
  });

  it('are accepted and created with their first request, on every node', async () => {
    const token = await issuer.sign({ sub: 'olga', email: 'olga@example.com', name: 'Olga', role: 'partner' });
    for (const url of [stack.url, stack.otherUrl]) {
      expect(await must(url, 'GET /api/auth/me', { token })).toEqual({
        id: 'olga',
        email: 'olga@example.com',
        name: 'Olga',
        role: 'partner',
      });
    }
  });

  it('get WebSocket tokens that expire no later than the token they were created from', async () => {
    const exp = Math.floor(Date.now() / 1_000) + 90;
    const token = await issuer.sign({ sub: 'olga', exp });
    const made = await must<{ token: string; expires_in: number }>(stack.url, 'GET /api/realtime/token/', { token });
    expect(made.expires_in).toBeLessThanOrEqual(90);
    expect(decodeJwt(made.token).exp).toBeLessThanOrEqual(exp);
  });

  it('cannot sign in with an ID token', async () => {
    const token = await issuer.sign({ sub: 'olga', nonce: 'n', at_hash: 'h' });
    expect((await rest(stack.url, 'GET /api/auth/me', { token })).status).toBe(401);
  });

  it('can come from a Django project with the same JWT_SECRET', async () => {
    const token = await djangoToken(stack.environment.JWT_SECRET ?? '', { user_id: 7 });

    expect(await must(stack.url, 'GET /api/auth/me', { token })).toMatchObject({
      id: '7',
      role: 'customer',
      email: null,
    });
  });

  it('cannot end a session of another issuer', async () => {
    const token = await issuer.sign({ sub: 'olga' });

    expect(await rest(stack.url, 'POST /api/auth/logout', { token })).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('another issuer') },
    });
  });

  it('cannot sign in with a password', async () => {
    const token = await issuer.sign({ sub: 'paul', email: 'paul@example.com' });
    await must(stack.url, 'GET /api/auth/me', { token });
    for (const password of ['', 'x', 'null', 'correct horse battery']) {
      const body = { email: 'paul@example.com', password };
      expect((await rest(stack.url, 'POST /api/auth/login', { body })).status).toBe(password === '' ? 400 : 401);
    }
  });

  it('are answered with 503 instead of 401 while the keys have never been read', async () => {
    const away = await Issuer.start();
    away.away = true;
    const other = await startStack({ JWT_JWKS_URL: away.jwksUrl });
    const answer = await rest(other.url, 'GET /api/auth/me', { token: await away.sign({ sub: 'olga' }) });
    await other.stop();
    await away.stop();

    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
