import { createHmac, createPublicKey } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { TestingModule } from '@nestjs/testing';
import type { JWTPayload } from 'jose';
import { openAuthRoom, register, TEST_SECRET } from '../../../test/support/scenes/auth-room.js';
import { djangoToken, Issuer } from '../../../test/support/peers/issuer.js';
import { Database } from '../../database/database.js';
import type { Principal } from '../principal/principal.js';
import { TokenAuthenticator } from './token-authenticator.js';
import { users } from '../users/users.table.js';

const RIGHT = { iss: 'https://id.example.com', aud: ['tidings', 'other'], sub: 'auth0.7-x_Y' };
const now = (): number => Math.floor(Date.now() / 1000);

describe('tokens of an outside issuer', () => {
  let issuer: Issuer;
  let room: TestingModule;
  const rooms: TestingModule[] = [];

  const open = async (overrides: Record<string, string> = {}): Promise<TestingModule> => {
    const opened = await openAuthRoom({
      JWT_JWKS_URL: issuer.jwksUrl,
      JWT_ISSUER: RIGHT.iss,
      JWT_AUDIENCE: 'tidings',
      ...overrides,
    });
    rooms.push(opened);
    return opened;
  };
  const authenticate = (token: string, where = room): Promise<Principal> =>
    where.get(TokenAuthenticator).authenticate(token, 'http');

  beforeAll(async () => {
    issuer = await Issuer.start();
    room = await open();
    await room.get(Database).db.insert(users).values({ id: RIGHT.sub, name: 'Olga', role: 'admin' });
  });
  afterEach(() => {
    jest.restoreAllMocks();
    issuer.away = false;
  });
  afterAll(async () => {
    await Promise.all(rooms.map((opened) => opened.close()));
    await issuer.stop();
  });

  it.each(['RS256', 'ES256', 'EdDSA'] as const)('are accepted with %s', async (algorithm) => {
    const token = await issuer.sign({ ...RIGHT, role: 'customer' }, { algorithm });

    await expect(authenticate(token)).resolves.toMatchObject({ userId: RIGHT.sub, role: 'admin', sessionId: null });
  });

  it('can name the user in another claim', async () => {
    const django = await issuer.sign({ ...RIGHT, sub: undefined, user_id: RIGHT.sub });

    await expect(authenticate(django)).resolves.toMatchObject({ userId: RIGHT.sub });
  });

  it('are not treated as our own because they contain a session id', async () => {
    const token = await issuer.sign({ ...RIGHT, sid: 'their-session' });

    await expect(authenticate(token)).resolves.toMatchObject({ userId: RIGHT.sub, sessionId: null });
  });

  it.each([
    ['another issuer', { iss: 'https://evil.example.com' }],
    ['no issuer', { iss: undefined }],
    ['another audience', { aud: 'other' }],
    ['no audience', { aud: undefined }],
    ['a refresh token', { token_type: 'refresh' }],
    ['a declared ID token', { token_type: 'id' }],
    ['an expired token', { exp: now() - 10 }],
    ['a token without expiry', { exp: undefined }],
    ['a token that is not valid yet', { nbf: now() + 3600 }],
    ['an unknown user', { sub: 'nobody' }],
    ['a user id with unsupported characters', { sub: 'auth0|7' }],
  ])('are rejected: %s', async (_, change) => {
    const token = await issuer.sign({ ...RIGHT, ...change });

    await expect(authenticate(token)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('are rejected if they are signed with a key that is not published', async () => {
    await issuer.addKey('hidden', 'RS256', false);

    await expect(authenticate(await issuer.sign(RIGHT, { kid: 'hidden' }))).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });

  it('are rejected if their algorithm is not on the list, even with a published key', async () => {
    await issuer.addKey('RS512', 'RS512');

    await expect(authenticate(await issuer.sign(RIGHT, { algorithm: 'RS512' }))).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });

  it('are rejected if they are signed by HS256 with the public key as the secret', async () => {
    const jwk = issuer.publicJwk('RS256');
    const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    for (const secret of [pem, pem.toString().trim(), JSON.stringify(jwk), jwk.n ?? '']) {
      await expect(authenticate(hs256(RIGHT, secret))).rejects.toMatchObject({ code: 'unauthenticated' });
    }
  });

  it('are rejected if they contain a key or refer to one', async () => {
    await issuer.addKey('mine', 'ES256', false);
    for (const bait of [{ jwk: issuer.publicJwk('mine') }, { jku: 'https://evil.example.com/jwks.json' }]) {
      for (const kid of ['mine', 'ES256', undefined]) {
        const forged = await issuer.sign(RIGHT, { algorithm: 'ES256', kid: 'mine', header: { kid, ...bait } });
        await expect(authenticate(forged)).rejects.toMatchObject({ code: 'unauthenticated' });
      }
    }
  });

  it('are accepted without a key id, although several published keys match', async () => {
    await issuer.addKey('ES256-next', 'ES256');
    const several = await open();
    await several.get(Database).db.insert(users).values({ id: RIGHT.sub });
    for (const kid of ['ES256', 'ES256-next']) {
      const token = await issuer.sign(RIGHT, { algorithm: 'ES256', kid, header: { kid: undefined } });
      await expect(authenticate(token, several)).resolves.toMatchObject({ userId: RIGHT.sub });
    }
    const forged = await issuer.sign(RIGHT, { algorithm: 'ES256', kid: 'mine', header: { kid: undefined } });
    await expect(authenticate(forged, several)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('do not change the rules for our own tokens', async () => {
    const { access_token: token, user } = await register(room);

    await expect(authenticate(token)).resolves.toMatchObject({ userId: user.id });
    await expect(authenticate(await djangoToken(TEST_SECRET, { user_id: RIGHT.sub }))).rejects.toMatchObject({
      detail: 'The issuer of the token is not accepted.',
    });
  });

  describe('an outage of the issuer', () => {
    it('causes 503 only while no keys have been read', async () => {
      const fresh = await open();
      await fresh.get(Database).db.insert(users).values({ id: RIGHT.sub });
      issuer.away = true;
      const token = await issuer.sign(RIGHT);

      await expect(authenticate(token, fresh)).rejects.toMatchObject({ code: 'unavailable' });
      await expect(authenticate((await register(fresh)).access_token, fresh)).resolves.toBeDefined();
      issuer.away = false;
      await expect(authenticate(token, fresh)).resolves.toMatchObject({ userId: RIGHT.sub });
      issuer.away = true;
      await expect(authenticate(token, fresh)).resolves.toMatchObject({ userId: RIGHT.sub });
    });

    it('does not invalidate expired keys, which are requested again from time to time only', async () => {
      const token = await issuer.sign(RIGHT);
      await authenticate(token);
      const before = issuer.requests;
      issuer.away = true;
      const start = Date.now();
      const clock = jest.spyOn(Date, 'now').mockReturnValue(start + 11 * 60_000);
      for (let index = 0; index < 5; index++) await expect(authenticate(token)).resolves.toBeDefined();
      expect(issuer.requests - before).toBe(1);

      clock.mockReturnValue(start + 12 * 60_000);
      issuer.away = false;
      for (let index = 0; index < 5; index++) await expect(authenticate(token)).resolves.toBeDefined();
      expect(issuer.requests - before).toBe(2);
    });

    it('does not cause a request for each token', async () => {
      const before = issuer.requests;
      for (let index = 0; index < 20; index++) await authenticate(await issuer.sign(RIGHT));

      expect(issuer.requests - before).toBe(0);
    });
  });
});

function hs256(claims: JWTPayload, secret: string | Buffer): string {
  const body = { ...claims, exp: now() + 300 };
  const content = [{ alg: 'HS256', kid: 'RS256' }, body].map((part) => encode(part)).join('.');
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
