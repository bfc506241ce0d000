import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestingModule } from '@nestjs/testing';
import { decodeJwt } from 'jose';
import type { JWTPayload } from 'jose';
import { openAuthRoom, register, TEST_SECRET } from '../../../test/support/scenes/auth-room.js';
import { Database } from '../../database/database.js';
import type { TokensDto } from '../sign-in/auth.dto.js';
import type { Principal } from '../principal/principal.js';
import { TokenAuthenticator } from './token-authenticator.js';
import type { TokenUse } from './token-authenticator.js';
import { users } from '../users/users.table.js';

const USES: TokenUse[] = ['http', 'websocket', 'websocket_query'];
const UNAUTHENTICATED = { code: 'unauthenticated', headers: { 'WWW-Authenticate': 'Bearer' } };
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('forged tokens', () => {
  let room: TestingModule;
  let signIn: TokensDto;
  let claims: JWTPayload;
  const authenticate = (token: string, use: TokenUse = 'http'): Promise<Principal> =>
    room.get(TokenAuthenticator).authenticate(token, use);

  beforeAll(async () => {
    room = await openAuthRoom();
    signIn = await register(room);
    claims = decodeJwt(signIn.access_token);
    await room.get(Database).db.insert(users).values({ id: '7' });
  });
  afterAll(() => room.close());

  const unsigned = (header: object): string => `${encode(header)}.${encode(claims)}.`;
  const signed = (header: object, secret: string, hash = 'sha256'): string => {
    const content = `${encode(header)}.${encode(claims)}`;
    return `${content}.${createHmac(hash, secret).update(content).digest('base64url')}`;
  };
  const tampered = (): string => {
    const [header = '', , signature = ''] = signIn.access_token.split('.');
    return `${header}.${encode({ ...claims, sub: '7' })}.${signature}`;
  };
  const table: [string, () => string][] = [
    ['alg none', () => unsigned({ alg: 'none', typ: 'JWT' })],
    ['alg None', () => unsigned({ alg: 'None', typ: 'JWT' })],
    ['no alg', () => unsigned({ typ: 'JWT' })],
    ['HS256 without a signature', () => unsigned({ alg: 'HS256', typ: 'JWT' })],
    ['another secret', () => signed({ alg: 'HS256' }, 'another-secret-of-at-least-32-bytes!!')],
    ['an empty secret', () => signed({ alg: 'HS256' }, '')],
    ['HS512 with the right secret', () => signed({ alg: 'HS512' }, TEST_SECRET, 'sha512')],
    ['a changed claim', tampered],
    ['a critical header we do not know', () => signed({ alg: 'RS256', crit: ['x'], x: 1 }, TEST_SECRET)],
    ['a critical header with the right secret', () => signed({ alg: 'HS256', crit: ['x'], x: 1 }, TEST_SECRET)],
    ['RS256 while no issuer is set', () => signed({ alg: 'RS256', kid: '1' }, TEST_SECRET)],
    ['a number for a header', () => `${Buffer.from('1').toString('base64url')}.${encode(claims)}.x`],
    ['a refresh token', () => signIn.refresh_token],
    ['nothing', () => ''],
    ['dots', () => '..'],
    ['five parts', () => 'a.b.c.d.e'],
    ['a NUL character', () => '\0'],
    ['a very long text', () => 'a'.repeat(100_000)],
  ];

  it.each(table)('are rejected: %s', async (_, forge) => {
    for (const use of USES) await expect(authenticate(forge(), use)).rejects.toMatchObject(UNAUTHENTICATED);
  });

  it('are never quoted in errors', async () => {
    const error = (await authenticate(tampered()).catch((reason: unknown) => reason)) as Error;
    expect(JSON.stringify(error)).not.toContain(tampered().slice(0, 20));
    expect(error.message).toBe('The token is malformed, or its signature is invalid.');
  });
});
