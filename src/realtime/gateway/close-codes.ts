import type { ServerMessage } from './gateway.js';

/** How a close by the server is told to the client: the `disconnect` frame and the close frame. */
export interface CloseReason {
  readonly code: number;
  readonly reason: string;
  /** May the client come back by itself? */
  readonly reconnect: boolean;
  /** How long it should wait before it does, in milliseconds; 0 = at once. */
  readonly retryAfterMs: number;
}

const BACK_OFF_MS = 5_000;

const final = (code: number, reason: string): CloseReason => ({ code, reason, reconnect: false, retryAfterMs: 0 });
const backOff = (code: number, reason: string): CloseReason => ({
  code,
  reason,
  reconnect: true,
  retryAfterMs: BACK_OFF_MS,
});
const atOnce = (code: number, reason: string): CloseReason => ({ code, reason, reconnect: true, retryAfterMs: 0 });

/** Every close code the server sends. 4000-4099 final, 4100-4199 back off, 4200-4299 reconnect at once and resume. */
export const CLOSE_REASONS = {
  badRequest: final(4000, 'bad request'),
  unauthenticated: final(4001, 'unauthenticated'),
  forbidden: final(4003, 'forbidden'),
  notFound: final(4004, 'not found'),
  sessionRevoked: final(4006, 'session revoked'),
  tooManyConnections: final(4008, 'too many connections'),
  overCapacity: backOff(4100, 'over capacity'),
  tooSlow: backOff(4101, 'too slow'),
  rateLimited: backOff(4102, 'rate limited'),
  noPong: atOnce(4201, 'no pong'),
  tokenExpired: atOnce(4203, 'token expired'),
  internal: backOff(1011, 'internal error'),
  restart: backOff(1012, 'service restart'),
  tryLater: backOff(1013, 'try again later'),
} as const satisfies Record<string, CloseReason>;

const BY_CODE = new Map<number, CloseReason>(Object.values(CLOSE_REASONS).map((row) => [row.code, row]));

/** The row of a close code of the error table, with a reason of its own (at most 123 bytes, RFC 6455 section 5.5). */
export function closeReason(code: number, detail: string): CloseReason {
  return { ...(BY_CODE.get(code) ?? CLOSE_REASONS.internal), reason: truncate(detail, 123) };
}

/** What a client is told just before the end. */
export function disconnectMessage({ code, reason, reconnect, retryAfterMs }: CloseReason): ServerMessage {
  return { type: 'disconnect', code, reason, reconnect, retry_after_ms: retryAfterMs };
}

function truncate(text: string, bytes: number): string {
  let cut = text.slice(0, bytes);
  while (Buffer.byteLength(cut) > bytes) cut = cut.slice(0, -1);
  return cut;
}
