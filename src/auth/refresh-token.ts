import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits, base64url. */
export function makeRefreshToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a refresh token. With 256 random bits there is nothing to guess, so one round of SHA-256 will do. */
export function hashRefreshToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
