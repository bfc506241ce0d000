import type { IncomingMessage } from 'node:http';

/** The parts of a request that determine its client address. */
type Sender = Pick<IncomingMessage, 'headers'> & { readonly socket: Pick<IncomingMessage['socket'], 'remoteAddress'> };

/**
 * The IP address a request comes from, as written by the socket or the proxy; empty when the socket is already closed. With
 * `trustProxy` (TRUST_PROXY) this is the last entry of X-Forwarded-For, which the proxy itself wrote; the client may have written
 * the earlier ones. For counting, pass the result to `addressKey`.
 */
export function clientAddress({ headers, socket }: Sender, trustProxy: boolean): string {
  const forwarded = trustProxy ? [headers['x-forwarded-for']].flat().join(',') : '';
  const last = forwarded.split(',').at(-1)?.trim() ?? '';
  return last === '' ? (socket.remoteAddress ?? '') : last;
}
