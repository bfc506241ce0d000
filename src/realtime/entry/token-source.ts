import type { IncomingMessage } from 'node:http';
import { bearerToken, cookieToken } from '../../auth/tokens/request-token.js';

/** The token of a handshake and its source, as required by `TokenAuthenticator`. */
export interface HandshakeToken {
  readonly token: string;
  /** `websocket_query`: visible to proxies and in logs, so access tokens are not accepted there. */
  readonly use: 'websocket' | 'websocket_query';
  readonly fromCookie: boolean;
}

export const SUBPROTOCOL = 'tidings.v1';
const BEARER_SUBPROTOCOL = 'bearer.';

/**
 * Returns the first token found in `?token=`, `Authorization: Bearer`, the subprotocol `bearer.<jwt>` and the cookie
 * `access_token`, in this order, or null.
 */
export function findToken(request: IncomingMessage, query: URLSearchParams): HandshakeToken | null {
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

/** The subprotocols a client offers, in the client's order. */
export function subprotocols(request: IncomingMessage): string[] {
  const header = request.headers['sec-websocket-protocol'] ?? '';
  return header
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
