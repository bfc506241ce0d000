/** A row of the error table. Every error of the service refers to one. */
export interface ErrorCodeRow {
  /** HTTP status of the problem+json response (RFC 9457). */
  readonly status: number;
  /** Short text, the same for all errors of this code. */
  readonly title: string;
  /** `code` of a WebSocket `error` frame. */
  readonly frameCode: FrameErrorCode;
  /** Close code if the error closes a socket (RFC 6455, private range 4000-4999). */
  readonly closeCode: number;
  /** When clients get the error, for docs/errors.md. */
  readonly meaning: string;
  /** Whether and when the same request may be retried, for docs/errors.md. */
  readonly retry: string;
}

/** The codes a WebSocket `error` frame may carry. */
export const FRAME_ERROR_CODES = [
  'invalid_json',
  'unknown_type',
  'invalid_message',
  'unauthenticated',
  'forbidden',
  'not_found',
  'rate_limited',
  'internal',
] as const;

export type FrameErrorCode = (typeof FRAME_ERROR_CODES)[number];

const row = (
  status: number,
  title: string,
  frameCode: FrameErrorCode,
  closeCode: number,
  texts: Pick<ErrorCodeRow, 'meaning' | 'retry'>,
): ErrorCodeRow => ({ status, title, frameCode, closeCode, ...texts });

/** HTTP status, title, error frame code and close code by error code. These are defined only here. */
export const ERROR_CODES = {
  invalid_json: row(400, 'Malformed JSON', 'invalid_json', 4000, {
    meaning: 'The body or the message is not JSON.',
    retry: 'no',
  }),
  unknown_type: row(400, 'Unknown message type', 'unknown_type', 4000, {
    meaning: 'The socket does not accept messages of this `type`.',
    retry: 'no',
  }),
  invalid_message: row(400, 'Invalid request', 'invalid_message', 4000, {
    meaning: 'Fields are missing, invalid or unknown; `errors` points to each of them.',
    retry: 'no',
  }),
  unauthenticated: row(401, 'Not authenticated', 'unauthenticated', 4001, {
    meaning: 'The token is missing, invalid or expired, or its user is unknown or disabled.',
    retry: 'with a new token',
  }),
  forbidden: row(403, 'Forbidden', 'forbidden', 4003, {
    meaning: 'The user has no access to this resource or may not do this, or the origin is not allowed.',
    retry: 'no',
  }),
  not_found: row(404, 'Not found', 'not_found', 4004, { meaning: 'There is no such resource or path.', retry: 'no' }),
  session_revoked: row(401, 'Session revoked', 'unauthenticated', 4006, {
    meaning: 'The session was ended, for example by a logout.',
    retry: 'after a new sign-in',
  }),
  too_many_connections: row(429, 'Too many connections', 'rate_limited', 4008, {
    meaning: 'The user, the address or the link has too many sockets or event streams; the new one is refused.',
    retry: 'after another connection is closed',
  }),
  method_not_allowed: row(405, 'Method not allowed', 'invalid_message', 4000, {
    meaning: 'The path exists, but not with this method; `Allow` lists those that do.',
    retry: 'no',
  }),
  gone: row(410, 'Gone', 'not_found', 4004, {
    meaning: 'The share link has expired or was revoked, or its order has ended.',
    retry: 'no',
  }),
  conflict: row(409, 'Conflict', 'invalid_message', 4000, {
    meaning: 'The state does not permit this, or a request with the same `Idempotency-Key` is still running.',
    retry: 'after reading the state again',
  }),
  payload_too_large: row(413, 'Payload too large', 'invalid_message', 1009, {
    meaning: 'The body or the message is larger than its [limit](limits.md).',
    retry: 'no',
  }),
  unsupported_media_type: row(415, 'Unsupported media type', 'invalid_message', 4000, {
    meaning: 'The body is not `application/json` in UTF-8, or it is compressed.',
    retry: 'no',
  }),
  unprocessable: row(422, 'Unprocessable request', 'invalid_message', 4000, {
    meaning:
      'The request is valid by itself but conflicts with something else, for example an earlier request with the same `Idempotency-Key`.',
    retry: 'no',
  }),
  rate_limited: row(429, 'Too many requests', 'rate_limited', 4102, {
    meaning: 'A rate limit was exceeded.',
    retry: 'after `Retry-After`',
  }),
  internal: row(500, 'Internal error', 'internal', 1011, {
    meaning: 'The service failed.',
    retry: 'after a pause that doubles each time, with an `Idempotency-Key`',
  }),
  unavailable: row(503, 'Service unavailable', 'internal', 1013, {
    meaning: 'The service is shutting down, or the database cannot be reached.',
    retry: 'after `Retry-After`',
  }),
} as const satisfies Record<string, ErrorCodeRow>;

export type ErrorCode = keyof typeof ERROR_CODES;
