import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { uuidv7 } from 'uuidv7';
import { CLOCK_TOLERANCE } from './claims.js';
import type { OwnClaims, VerifiedClaims } from './claims.js';
import type { Role } from '../principal/principal.js';
import { isUserId } from '../users/user-id.js';
import { unauthenticated } from '../principal/unauthenticated.js';

/** Seconds. */
export const ACCESS_TOKEN_LIFE = 15 * 60;
/** Seconds. */
export const WEBSOCKET_TOKEN_LIFE = 60 * 60;

interface Subject {
  readonly userId: string;
  readonly sessionId: string | null;
  readonly role: Role;
}

interface Issue {
  readonly at: Date;
  readonly id: string;
}

/** Signs and verifies this service's tokens (HS256 with JWT_SECRET). Also verifies tokens that Django signs with the same key. */
@Injectable()
export class OwnTokens {
  constructor(private readonly jwt: JwtService) {}

  /**
   * `issue`: time and id (`jti`) of the token. The same `issue` and subject give the same token. Default: now and a new id.
   * `expiresIn` in seconds.
   */
  sign(
    type: 'access' | 'websocket',
    { userId, sessionId, role }: Subject,
    issue?: Issue,
    expiresIn = type === 'access' ? ACCESS_TOKEN_LIFE : WEBSOCKET_TOKEN_LIFE,
  ): Promise<string> {
    const { at, id } = issue ?? { at: new Date(), id: uuidv7() };
    const iat = Math.floor(at.getTime() / 1_000);
    const claims = { sub: userId, sid: sessionId, role, token_type: type, jti: id, iat };
    return this.jwt.signAsync(claims, { algorithm: 'HS256', expiresIn });
  }

  /** Throws unauthenticated. */
  async verify(token: string): Promise<VerifiedClaims> {
    const options = { algorithms: ['HS256' as const], clockTolerance: CLOCK_TOLERANCE };
    const claims = await this.jwt.verifyAsync<VerifiedClaims>(token, options).catch((error: unknown) => {
      throw unauthenticated(reason(error), error);
    });
    if (typeof claims.exp !== 'number') throw unauthenticated('The token has no expiry (exp).');
    return claims;
  }

  isOwn(claims: VerifiedClaims): claims is OwnClaims {
    return 'sid' in claims && (claims.sid === null || isUserId(claims.sid)) && isUserId(claims.sub);
  }
}

function reason(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  if (name === 'TokenExpiredError') return 'The token has expired.';
  if (name === 'NotBeforeError') return 'The token is not valid yet.';
  return 'The token is malformed, or its signature is invalid.';
}
