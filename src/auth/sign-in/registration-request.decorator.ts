import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { markReplay, readIdempotentRequest } from '../../idempotency/idempotent-request.decorator.js';
import type { KeyedRequest } from '../../idempotency/idempotent-request.decorator.js';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.js';
import { emailKey } from '../users/email-key.js';

/** A registration in the form that `Database.transaction` takes as `once`; null without an `Idempotency-Key`. Throws invalid_message for an invalid key. */
export const RegistrationRequestParam = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  markReplay(context, registrationRequest(context.switchToHttp().getRequest<KeyedRequest>())),
);

/**
 * The key is scoped to the e-mail address. The request hash omits the password: argon2 is the only hash of it that is
 * stored.
 */
export function registrationRequest({ headers, method, originalUrl, body }: KeyedRequest): IdempotentRequest | null {
  const members = (body ?? {}) as Readonly<Record<string, unknown>>;
  const address = typeof members.email === 'string' ? emailKey(members.email.trim()) : '';
  const safe = { ...members, email: address, password: undefined };
  return readIdempotentRequest({ headers, method, originalUrl, body: safe }, `registration of ${address}`);
}
