import { Injectable } from '@nestjs/common';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { SigningKey } from '../tokens/signing-key.js';

const TOKEN_BYTES = 32;

/**
 * Makes refresh tokens: 256 bits, base64url. The first token of a session is random. Each further one is computed from the token
 * before it with a key derived from the signing secret, so that every node can give the same answer again to a refresh whose answer
 * was lost, although the database keeps hashes only. Without the secret nobody can compute the next token, not even the owner of
 * all tokens so far.
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

  /** The token that replaces `token`; always the same one. */
  next(token: string): string {
    return createHmac('sha256', this.key).update(token).digest('base64url');
  }
}

/** What is stored of a refresh token. With 256 bits there is nothing to guess, so one round of SHA-256 is enough. */
export function hashRefreshToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** `jti` of the access token that is given out with this refresh token. */
export function accessTokenId(refreshToken: string): string {
  return createHash('sha256').update(`access token of ${refreshToken}`).digest('base64url');
}
