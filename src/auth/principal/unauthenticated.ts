import { ServiceError } from '../../errors/error/service-error.js';

/** The error for a rejected token or password. The client sees `detail`, so `detail` must not quote the token. */
export function unauthenticated(detail: string, cause?: unknown): ServiceError {
  return new ServiceError('unauthenticated', detail, { headers: { 'WWW-Authenticate': 'Bearer' }, cause });
}
