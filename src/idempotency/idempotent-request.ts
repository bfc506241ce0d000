import { createHash } from 'node:crypto';
import type { OnceKey } from '../database/once/once.js';
import { stringifyExact } from '../exact-json/exact-json.js';

/**
 * A request with an Idempotency-Key. `id` is a hash over principal, method, path and key. `bodyHash` does not depend on the order of
 * members.
 */
export type IdempotentRequest = OnceKey;

export interface RequestIdentity {
  /** Null: no user is signed in. */
  readonly principalId: string | null;
  readonly method: string;
  readonly path: string;
  readonly key: string;
  readonly body: unknown;
}

export function idempotentRequest({ principalId, method, path, key, body }: RequestIdentity): IdempotentRequest {
  const place = path.replace(/\/+$/, '');
  return { id: sha256([principalId, method, place, key]), bodyHash: sha256(body ?? null) };
}

function sha256(value: unknown): string {
  return createHash('sha256').update(stringifyExact(value, inKeyOrder)).digest('hex');
}

function inKeyOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
