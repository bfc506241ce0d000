/** One row of the table that every error of the service comes from. */
export interface ErrorCodeRow {
  /** HTTP status of the problem+json answer (RFC 9457). */
  readonly status: number;
  /** Short text, the same for every error of this code. */
  readonly title: string;
  /** `code` of a WebSocket `error` frame. */
  readonly frameCode: FrameErrorCode;
  /** Close code, where the error ends a socket (RFC 6455, private range 4000-4999). */
  readonly closeCode: number;
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

const row = (status: number, title: string, frameCode: FrameErrorCode, closeCode: number): ErrorCodeRow => ({
  status,
  title,
  frameCode,
  closeCode,
});

/** Code -> HTTP status, title, error frame code and close code. Nothing else in the service decides these. */
export const ERROR_CODES = {
  invalid_json: row(400, 'Malformed JSON', 'invalid_json', 4000),
  unknown_type: row(400, 'Unknown message type', 'unknown_type', 4000),
  invalid_message: row(400, 'Invalid request', 'invalid_message', 4000),
  unauthenticated: row(401, 'Not authenticated', 'unauthenticated', 4001),
  forbidden: row(403, 'Forbidden', 'forbidden', 4003),
  not_found: row(404, 'Not found', 'not_found', 4004),
  session_revoked: row(401, 'Session revoked', 'unauthenticated', 4006),
  too_many_connections: row(429, 'Too many connections', 'rate_limited', 4008),
  method_not_allowed: row(405, 'Method not allowed', 'invalid_message', 4000),
  gone: row(410, 'Gone', 'not_found', 4004),
  conflict: row(409, 'Conflict', 'invalid_message', 4000),
  payload_too_large: row(413, 'Payload too large', 'invalid_message', 1009),
  unsupported_media_type: row(415, 'Unsupported media type', 'invalid_message', 4000),
  unprocessable: row(422, 'Unprocessable request', 'invalid_message', 4000),
  rate_limited: row(429, 'Too many requests', 'rate_limited', 4102),
  internal: row(500, 'Internal error', 'internal', 1011),
  not_implemented: row(501, 'Not implemented yet', 'internal', 1011),
  unavailable: row(503, 'Service unavailable', 'internal', 1013),
} as const satisfies Record<string, ErrorCodeRow>;

export type ErrorCode = keyof typeof ERROR_CODES;
