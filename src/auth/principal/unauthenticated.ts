import { ServiceError } from '../../errors/service-error.js';

/** The one way this room says no to a token or a password. `detail` is shown to the client and never quotes the token. */
export function unauthenticated(detail: string, cause?: unknown): ServiceError {
  return new ServiceError('unauthenticated', detail, { headers: { 'WWW-Authenticate': 'Bearer' }, cause });
}
