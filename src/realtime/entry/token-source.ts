import type { IncomingMessage } from 'node:http';
import { bearerToken, cookieToken } from '../../auth/tokens/request-token.js';

/** Where a handshake's token came from, as `TokenAuthenticator` wants to know it. */
export interface GivenToken {
  readonly token: string;
  /** `websocket_query`: seen by proxies and logs, so an access token is not accepted there. */
  readonly use: 'websocket' | 'websocket_query';
  readonly fromCookie: boolean;
}

export const SUBPROTOCOL = 'tidings.v1';
const BEARER_SUBPROTOCOL = 'bearer.';

/** `?token=`, then `Authorization: Bearer`, then the subprotocol `bearer.<jwt>`, then the cookie `access_token`. */
export function findToken(request: IncomingMessage, query: URLSearchParams): GivenToken | null {
  const fromQuery = query.get('token');
  if (fromQuery) return { token: fromQuery, use: 'websocket_query', fromCookie: false };
  const fromHeader = bearerToken(request.headers);
  if (fromHeader) return { token: fromHeader, use: 'websocket', fromCookie: false };
  const fromProtocol = subprotocols(request).find((name) => name.startsWith(BEARER_SUBPROTOCOL));
  if (fromProtocol) {
    return { token: fromProtocol.slice(BEARER_SUBPROTOCOL.length), use: 'websocket_query', fromCookie: false };
  }
  const fromCookie = cookieToken(request.headers);
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
