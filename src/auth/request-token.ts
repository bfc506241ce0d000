import type { Request } from 'express';
import { ExtractJwt } from 'passport-jwt';

/** The value of one cookie of a Cookie header, or null. */
export function readCookie(header: string | undefined, name: string): string | null {
  for (const pair of header?.split(';') ?? []) {
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim() || null;
  }
  return null;
}

const fromHeader = ExtractJwt.fromAuthHeaderAsBearerToken();

/** `Authorization: Bearer`, else the `access_token` cookie. */
export const requestToken = ExtractJwt.fromExtractors<Request>([
  fromHeader,
  (request) => readCookie(request.headers.cookie, 'access_token'),
]);

/** Is the browser's own cookie all that speaks for the caller? Another site could have caused such a request. */
export function isCookieOnly(request: Request): boolean {
  return fromHeader(request) === null;
}
