import { ERROR_CODES } from './error-codes.js';
import type { ErrorCode, ErrorCodeRow } from './error-codes.js';

/** An invalid field. `pointer` is a JSON pointer in URI fragment form (RFC 6901), such as `#/items/0/quantity`. */
export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

export interface ServiceErrorOptions {
  /** The invalid fields of the request, if any. */
  readonly errors?: readonly FieldError[];
  /** Sent as Retry-After over HTTP. Seconds, rounded up. */
  readonly retryAfterSeconds?: number;
  /** Further HTTP response headers, such as `Allow`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/**
 * The error that services throw. The HTTP filter sends it as `application/problem+json`, the WebSocket filter as an `error` frame.
 * During a handshake, it becomes a `disconnect` frame and a close code. `detail` is shown to the client.
 */
export class ServiceError extends Error {
  readonly errors: readonly FieldError[];
  readonly retryAfterSeconds: number | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: ErrorCode,
    readonly detail: string,
    options: ServiceErrorOptions = {},
  ) {
    super(detail, { cause: options.cause });
    this.name = 'ServiceError';
    this.errors = options.errors ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.headers = options.headers ?? {};
  }

  get row(): ErrorCodeRow {
    return ERROR_CODES[this.code];
  }
}
