import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { Response } from 'express';
import type { Actor } from '../auth/principal/actor.js';
import { ServiceError } from '../errors/error/service-error.js';
import { idempotentRequest } from './idempotent-request.js';
import type { IdempotentRequest } from './idempotent-request.js';

/** 1 to 255 visible ASCII characters. */
const KEY = /^[\x21-\x7e]{1,255}$/;

export interface KeyedRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly method: string;
  readonly originalUrl: string;
  readonly body: unknown;
  readonly user?: Actor;
}

/** The request in the form that `Database.transaction` takes as `once`; null without an `Idempotency-Key`. Throws invalid_message for an invalid key. */
export const IdempotentRequestParam = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  markReplay(context, readIdempotentRequest(context.switchToHttp().getRequest<KeyedRequest>())),
);

/** Sets the header `Idempotent-Replayed: true` if the response is that of an earlier request. */
export function markReplay(context: ExecutionContext, request: IdempotentRequest | null): IdempotentRequest | null {
  const response = context.switchToHttp().getResponse<Response>();
  return request && { ...request, replayed: () => void response.setHeader('Idempotent-Replayed', 'true') };
}

/** `principalId`: the owner of the key if no user is signed in. */
export function readIdempotentRequest(
  request: KeyedRequest,
  principalId = ownerOf(request.user),
): IdempotentRequest | null {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return null;
  // The RFC draft defines a quoted string; most clients send it without quotes.
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

/** A key of the client belongs to its user, or to its API key however often that is rotated. User ids contain no spaces. */
function ownerOf(actor: Actor | undefined): string | null {
  if (!actor) return null;
  return actor.kind === 'api_key' ? `api key ${actor.keyId}` : actor.userId;
}
