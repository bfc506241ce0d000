import type { IncomingHttpHeaders } from 'node:http';

const COOKIE = 'access_token';

/** The token of the header `Authorization: Bearer`, or null. */
export function bearerToken({ authorization }: IncomingHttpHeaders): string | null {
  return /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? null;
}

/** The token of the cookie `access_token`, or null. */
export function cookieToken({ cookie }: IncomingHttpHeaders): string | null {
  return readCookie(cookie, COOKIE);
}

/**
 * The value of the first cookie with this name; null if there is none. Removes the quotes that RFC 6265 (section 4.1.1) permits
 * around it.
 */
export function readCookie(header: string | undefined, name: string): string | null {
  for (const pair of header?.split(';') ?? []) {
    const equals = pair.indexOf('=');
    if (equals <= 0 || pair.slice(0, equals).trim() !== name) continue;
    const value = pair.slice(equals + 1).trim();
    return /^"(.*)"$/.exec(value)?.[1] ?? value;
  }
  return null;
}
