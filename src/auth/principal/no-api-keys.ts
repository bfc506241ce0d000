import { ServiceError } from '../../errors/error/service-error.js';

/** The error for an API key on a route that declares no scope. */
export function noApiKeys(): ServiceError {
  return new ServiceError('forbidden', 'API keys cannot use this endpoint. It requires the access token of a user.');
}
