import { Injectable } from '@nestjs/common';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { SigningKey } from '../signing/signing-key.js';

const TOKEN_BYTES = 32;

/**
 * Creates refresh tokens: 256 bits, base64url. The first token of a session is random. Each later token is computed from its
 * predecessor with a key derived from the signing secret. So every node can repeat the answer to a refresh whose response was lost,
 * although the database stores only hashes. Without the secret, even a client that has all earlier tokens cannot compute the next
 * token.
 */
@Injectable()
export class RefreshTokens {
  private readonly key: Buffer;

  constructor(key: SigningKey) {
    this.key = key.derive('tidings refresh tokens');
  }

  first(): string {
    return randomBytes(TOKEN_BYTES).toString('base64url');
  }

  /** The token that replaces `token`. Always returns the same token. */
  next(token: string): string {
    return createHmac('sha256', this.key).update(token).digest('base64url');
  }
}

/** The hash of a refresh token that is stored. A token has 256 random bits and cannot be guessed, so one round of SHA-256 is enough. */
export function hashRefreshToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** The `jti` of the access token that is issued with this refresh token. */
export function accessTokenId(refreshToken: string): string {
  return createHash('sha256').update(`access token of ${refreshToken}`).digest('base64url');
}
