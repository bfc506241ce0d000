import { ServiceError } from '../../errors/error/service-error.js';

/** The error for an API key that does not name the user whose view it wants. An API key has no notifications of its own. */
export function userRequired(): ServiceError {
  const detail = 'is required with an API key';
  return new ServiceError('invalid_message', `#/user_id ${detail}`, { errors: [{ pointer: '#/user_id', detail }] });
}
