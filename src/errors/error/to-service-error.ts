import { HttpException } from '@nestjs/common';
import type { ErrorCode } from './error-codes.js';
import { ServiceError } from './service-error.js';
import { isUnavailable } from './unavailable.js';

const INTERNAL = 'Something went wrong on our side.';

const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  409: 'conflict',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  422: 'unprocessable',
  429: 'rate_limited',
  503: 'unavailable',
};

/**
 * Converts any error to a ServiceError. An unexpected error becomes `internal`; clients do not see its message. It is kept as
 * `cause`.
 */
export function toServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  if (error instanceof HttpException) return fromHttpException(error);
  if (isUnavailable(error)) {
    return new ServiceError('unavailable', 'A required service is unavailable.', {
      retryAfterSeconds: 1,
      cause: error,
    });
  }
  return new ServiceError('internal', INTERNAL, { cause: error });
}

/** Nest wraps errors of express and its body parser, with the original as `cause`. */
function fromHttpException(error: HttpException): ServiceError {
  const status = error.getStatus();
  const options = { cause: error };
  const code = CODE_OF_STATUS[status];
  if (code !== undefined) return new ServiceError(code, error.message, options);
  if (status >= 400 && status < 500) return new ServiceError('invalid_message', error.message, options);
  return new ServiceError('internal', INTERNAL, options);
}
