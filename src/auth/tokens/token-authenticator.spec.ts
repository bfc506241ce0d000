import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { JwtService } from '@nestjs/jwt';
import type { TestingModule } from '@nestjs/testing';
import { eq } from 'drizzle-orm';
import { decodeJwt } from 'jose';
import type { JWTPayload } from 'jose';
import { openAuthRoom, register, TEST_SECRET } from '../../../test/support/scenes/auth-room.js';
import { djangoToken } from '../../../test/support/peers/issuer.js';
import { Database } from '../../database/database.js';
import type { TokensDto } from '../sign-in/auth.dto.js';
import type { Principal } from '../principal/principal.js';
import { Sessions } from '../sessions/sessions.js';
import { TokenAuthenticator } from './token-authenticator.js';
import type { TokenUse } from './token-authenticator.js';
import { users } from '../users/users.table.js';
import { WebSocketTokens } from './web-socket-tokens.js';

const USES: TokenUse[] = ['http', 'websocket', 'websocket_query'];
const UNAUTHENTICATED = { code: 'unauthenticated', headers: { 'WWW-Authenticate': 'Bearer' } };
const now = (): number => Math.floor(Date.now() / 1000);

describe('TokenAuthenticator', () => {
  let room: TestingModule;
  let signIn: TokensDto;
  let principal: Principal;
  let claims: JWTPayload;

  const authenticate = (token: string, use: TokenUse = 'http'): Promise<Principal> =>
    room.get(TokenAuthenticator).authenticate(token, use);
  /** A token with changed own claims, signed with the right secret. */
  const resign = (change: object): string =>
    room.get(JwtService).sign({ ...claims, ...change }, { secret: TEST_SECRET, algorithm: 'HS256' });

  beforeAll(async () => {
    room = await openAuthRoom();
    signIn = await register(room);
    claims = decodeJwt(signIn.access_token);
    principal = await authenticate(signIn.access_token);
    await room
      .get(Database)
      .db.insert(users)
      .values([
        { id: '7', role: 'partner' },
        { id: 'gone', disabled: true },
      ]);
  });
  afterAll(() => room.close());

  describe('our own tokens', () => {
    it('return the principal of an access token', () => {
      expect(principal).toEqual({
        kind: 'user',
        userId: signIn.user.id,
        email: 'customer@example.com',
        name: '',
        role: 'customer',
        language: null,
        sessionId: claims.sid,
        expiresAt: Number(claims.exp) * 1000,
      });
      expect(claims).toMatchObject({ token_type: 'access', role: 'customer', jti: expect.any(String) });
      expect(Number(claims.exp) - Number(claims.iat)).toBe(900);
    });

    it('are accepted as access tokens in header and cookie, not in a URL', async () => {
      await expect(authenticate(signIn.access_token, 'websocket')).resolves.toEqual(principal);
      await expect(authenticate(signIn.access_token, 'websocket_query')).rejects.toMatchObject(UNAUTHENTICATED);
    });

    it('are accepted as WebSocket tokens for sockets in every way, never for REST', async () => {
      const { token, expiresIn } = await room.get(WebSocketTokens).issue(principal);

      expect(expiresIn).toBe(3600);
      await expect(authenticate(token, 'websocket')).resolves.toMatchObject({ userId: principal.userId });
      await expect(authenticate(token, 'websocket_query')).resolves.toMatchObject({ sessionId: principal.sessionId });
      await expect(authenticate(token, 'http')).rejects.toMatchObject({
        ...UNAUTHENTICATED,
        detail: expect.stringContaining('WebSockets only'),
      });
    });

    it('take name, role and e-mail from the database, not from the token', async () => {
      await expect(authenticate(resign({ role: 'admin', email: 'x@example.com' }))).resolves.toEqual(principal);
    });

    it('end with the session, for every use', async () => {
      const own = await register(room, 'ends@example.com');
      const { token } = await room.get(WebSocketTokens).issue(await authenticate(own.access_token));
      await room.get(Sessions).end(String(decodeJwt(own.access_token).sid));

      const ended = { code: 'unauthenticated', detail: 'The session of this token has ended.' };
      await expect(authenticate(own.access_token, 'http')).rejects.toMatchObject(ended);
      await expect(authenticate(token, 'websocket_query')).rejects.toMatchObject(ended);
    });

    it('are rejected if the user has been disabled since', async () => {
      const own = await register(room, 'disabled@example.com');
      await room.get(Database).db.update(users).set({ disabled: true }).where(eq(users.id, own.user.id));

      await expect(authenticate(own.access_token)).rejects.toMatchObject({
        detail: expect.stringContaining('disabled'),
      });
    });

    it.each([
      ['a session of another user', { sub: '7' }, 'The session of this token has ended.'],
      ['a session that does not exist', { sid: 'never' }, 'The session of this token has ended.'],
      ['an access token without a session', { sid: null }, 'The token is not an access token.'],
      ['another kind', { token_type: 'refresh' }, 'The token is not an access token.'],
      ['no kind', { token_type: undefined }, 'The token is not an access token.'],
      ['an expiry in the past', { iat: now() - 60, exp: now() - 10 }, 'The token has expired.'],
      ['a start in the future', { nbf: now() + 60 }, 'The token is not valid yet.'],
    ])('are rejected with %s', async (_, change, detail) => {
      await expect(authenticate(resign(change))).rejects.toMatchObject({ ...UNAUTHENTICATED, detail });
    });

    it('tolerate clocks that differ by a few seconds', async () => {
      await expect(authenticate(resign({ exp: now() - 2 }))).resolves.toMatchObject({ userId: principal.userId });
    });
  });

  describe('tokens of a Django project with the same secret (simplejwt, HS256)', () => {
    it.each(USES)('are accepted for %s', async (use) => {
      await expect(djangoToken(TEST_SECRET).then((token) => authenticate(token, use))).resolves.toEqual({
        kind: 'user',
        userId: '7',
        email: null,
        name: '',
        role: 'partner',
        language: null,
        sessionId: null,
        expiresAt: expect.any(Number),
      });
    });

    it.each([
      ['its refresh token', { token_type: 'refresh' }],
      ['a token declared for WebSockets', { token_type: 'websocket' }],
      ['an unknown user', { user_id: 8 }],
      ['a disabled user', { user_id: 'gone' }],
      ['no user', { user_id: undefined }],
      ['no expiry', { exp: undefined }],
      ['an expiry in the past', { exp: now() - 10 }],
      ['a number with a fraction', { user_id: 7.5 }],
      ['a list', { user_id: ['7'] }],
      ['an object', { user_id: { toString: '7' } }],
      ['true', { user_id: true }],
      ['an empty id', { user_id: '' }],
      ['an id with a space', { user_id: '7 ' }],
      ['an id with a NUL character', { user_id: '7\0' }],
      ['an id with a line break', { user_id: '7\n' }],
      ['an id with a wildcard', { user_id: '*' }],
      ['an id with a slash', { user_id: '../7' }],
      ['an id with a quote', { user_id: "7' or '1'='1" }],
      ['65 characters', { user_id: '7'.repeat(65) }],
      ['letters of another script', { user_id: '٧' }],
    ])('are rejected: %s', async (_, change) => {
      const token = await djangoToken(TEST_SECRET, change);
      for (const use of USES) await expect(authenticate(token, use)).rejects.toMatchObject(UNAUTHENTICATED);
    });

    it('can be exchanged for WebSocket tokens, without a session', async () => {
      const outside = await authenticate(await djangoToken(TEST_SECRET));
      const { token } = await room.get(WebSocketTokens).issue(outside);

      await expect(authenticate(token, 'websocket_query')).resolves.toMatchObject({ userId: '7', sessionId: null });
      await expect(authenticate(token, 'http')).rejects.toMatchObject(UNAUTHENTICATED);
    });
  });
});
