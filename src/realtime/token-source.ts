import type { IncomingMessage } from 'node:http';

/** Where a handshake's token came from, as `TokenAuthenticator` wants to know it. */
export interface GivenToken {
  readonly token: string;
  /** `websocket_query`: seen by proxies and logs, so an access token is not accepted there. */
  readonly use: 'websocket' | 'websocket_query';
  readonly fromCookie: boolean;
}

export const SUBPROTOCOL = 'tidings.v1';
const BEARER_SUBPROTOCOL = 'bearer.';
const COOKIE = 'access_token';

/** `?token=`, then `Authorization: Bearer`, then the subprotocol `bearer.<jwt>`, then the cookie `access_token`. */
export function findToken(request: IncomingMessage, query: URLSearchParams): GivenToken | null {
  const fromQuery = query.get('token');
  if (fromQuery) return { token: fromQuery, use: 'websocket_query', fromCookie: false };
  const fromHeader = /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  if (fromHeader) return { token: fromHeader, use: 'websocket', fromCookie: false };
  const fromProtocol = subprotocols(request).find((name) => name.startsWith(BEARER_SUBPROTOCOL));
  if (fromProtocol) {
    return { token: fromProtocol.slice(BEARER_SUBPROTOCOL.length), use: 'websocket_query', fromCookie: false };
  }
  const fromCookie = cookie(request.headers.cookie ?? '', COOKIE);
  return fromCookie ? { token: fromCookie, use: 'websocket', fromCookie: true } : null;
}

/** The subprotocols a client offers, in its order. */
export function subprotocols(request: IncomingMessage): string[] {
  const header = request.headers['sec-websocket-protocol'] ?? '';
  return header
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function cookie(header: string, name: string): string | null {
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals).trim() === name) {
      return pair
        .slice(equals + 1)
        .trim()
        .replace(/^"(.*)"$/, '$1');
    }
  }
  return null;
}
