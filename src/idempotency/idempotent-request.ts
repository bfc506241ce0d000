import { createHash } from 'node:crypto';
import { stringifyExact } from '../exact-json/exact-json.js';

/** Identifies a request with an Idempotency-Key. */
export interface IdempotentRequest {
  /** SHA-256 over principal, method, path and key, in hex. */
  readonly id: string;
  /** SHA-256 over the body, in hex. It does not depend on the order of members. */
  readonly bodyHash: string;
  /** Called if the response is that of an earlier request. */
  readonly replayed?: () => void;
}

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
