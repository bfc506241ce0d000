import type { ServerMessage } from './gateway.js';

/** The contents of the `disconnect` message and of the close frame when the server closes a connection. */
export interface CloseReason {
  readonly code: number;
  readonly reason: string;
  /** Whether the client may reconnect by itself. */
  readonly reconnect: boolean;
  /** How long the client should wait before it reconnects, in milliseconds. 0 = reconnect at once. */
  readonly retryAfterMs: number;
}

/** A row of the table: the default reason, which a more specific one may replace, and the text of docs/errors.md. */
interface CloseCodeRow extends CloseReason {
  readonly meaning: string;
}

const BACK_OFF_MS = 5_000;

const final = (code: number, reason: string, meaning: string): CloseCodeRow => ({
  code,
  reason,
  reconnect: false,
  retryAfterMs: 0,
  meaning,
});
const backOff = (code: number, reason: string, meaning: string): CloseCodeRow => ({
  code,
  reason,
  reconnect: true,
  retryAfterMs: BACK_OFF_MS,
  meaning,
});
const atOnce = (code: number, reason: string, meaning: string): CloseCodeRow => ({
  code,
  reason,
  reconnect: true,
  retryAfterMs: 0,
  meaning,
});

/** Every close code the server sends. 4000-4099: final. 4100-4199: back off. 4200-4299: reconnect at once and resume. */
export const CLOSE_REASONS = {
  badRequest: final(4000, 'bad request', 'The request of the handshake is not valid.'),
  unauthenticated: final(
    4001,
    'unauthenticated',
    'The token is missing, invalid or expired, or its user is unknown or disabled. Get a new token first.',
  ),
  forbidden: final(4003, 'forbidden', 'The user may not open this socket, or has lost access to its content.'),
  notFound: final(4004, 'not found', 'The resource that the path names does not exist.'),
  sessionRevoked: final(4006, 'session revoked', 'The session was ended, for example by a logout. Sign in again.'),
  tooManyConnections: final(
    4008,
    'too many connections',
    'The user, the address or the link has too many sockets; the new one is closed.',
  ),
  overCapacity: backOff(
    4100,
    'over capacity',
    'The log no longer keeps the next message for this socket. Reconnect, and read the state over REST.',
  ),
  tooSlow: backOff(4101, 'too slow', 'The client did not read for `STUCK_TIMEOUT` while its queue was full.'),
  rateLimited: backOff(
    4102,
    'rate limited',
    'The client sent more messages than `MESSAGE_RATE` and `MESSAGE_BURST` permit.',
  ),
  noPong: atOnce(4201, 'no pong', 'The client did not answer a protocol ping within `PONG_TIMEOUT`.'),
  tokenExpired: atOnce(4203, 'token expired', 'The token has expired. Get a new one, then resume.'),
  internal: backOff(1011, 'internal error', 'The service failed.'),
  restart: backOff(
    1012,
    'service restart',
    'The node is shutting down. Wait for `retry_after_ms`, which differs from client to client.',
  ),
  tryLater: backOff(
    1013,
    'try again later',
    'The database cannot be reached, or the handshake took longer than `HANDSHAKE_TIMEOUT`.',
  ),
} as const satisfies Record<string, CloseCodeRow>;

const BY_CODE = new Map<number, CloseReason>(Object.values(CLOSE_REASONS).map((row) => [row.code, row]));

/**
 * Returns the row of a close code with `detail` as the reason, cut to 123 bytes (RFC 6455 section 5.5). An unknown code gets
 * the row of `internal`.
 */
export function closeReason(code: number, detail: string): CloseReason {
  return { ...(BY_CODE.get(code) ?? CLOSE_REASONS.internal), reason: truncate(detail, 123) };
}

/** The message that is sent to a client just before the close. */
export function disconnectMessage({ code, reason, reconnect, retryAfterMs }: CloseReason): ServerMessage {
  return { type: 'disconnect', code, reason, reconnect, retry_after_ms: retryAfterMs };
}

function truncate(text: string, bytes: number): string {
  let cut = text.slice(0, bytes);
  while (Buffer.byteLength(cut) > bytes) cut = cut.slice(0, -1);
  return cut;
}
