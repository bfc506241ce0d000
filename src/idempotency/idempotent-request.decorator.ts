import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { Principal } from '../auth/principal/principal.js';
import { ServiceError } from '../errors/service-error.js';
import { idempotentRequest } from './idempotent-request.js';
import type { IdempotentRequest } from './idempotent-request.js';

/** 1 to 255 visible ASCII characters. */
const KEY = /^[\x21-\x7e]{1,255}$/;

export interface KeyedRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly method: string;
  readonly originalUrl: string;
  readonly body: unknown;
  readonly user?: Principal;
}

/** The request as `Idempotency` wants it; null without an `Idempotency-Key`. Throws invalid_message for a bad key. */
export const IdempotentRequestParam = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  readIdempotentRequest(context.switchToHttp().getRequest<KeyedRequest>()),
);

/** `principalId`: whose key it is, where nobody is signed in. */
export function readIdempotentRequest(
  request: KeyedRequest,
  principalId = request.user?.userId ?? null,
): IdempotentRequest | null {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return null;
  // The RFC draft writes it as a quoted string; most clients send it bare.
  const key = String(header).replace(/^"(.*)"$/, '$1');
  if (!KEY.test(key)) {
    throw new ServiceError('invalid_message', 'Idempotency-Key must be 1 to 255 visible ASCII characters.');
  }
  return idempotentRequest({
    principalId,
    method: request.method,
    path: request.originalUrl.split('?')[0] ?? '',
    key,
    body: request.body,
  });
}
