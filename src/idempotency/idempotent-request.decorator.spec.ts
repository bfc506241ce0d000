import { describe, expect, it } from '@jest/globals';
import { ServiceError } from '../errors/error/service-error.js';
import { readIdempotentRequest } from './idempotent-request.decorator.js';
import type { IdempotentRequest } from './idempotent-request.js';

function read(
  key: string | undefined,
  members: { originalUrl?: string; body?: unknown } = {},
): IdempotentRequest | null {
  const headers = { 'idempotency-key': key };
  return readIdempotentRequest({ headers, method: 'POST', originalUrl: '/api/orders/', body: {}, ...members });
}

describe('readIdempotentRequest', () => {
  it('returns null without a key', () => {
    expect(read(undefined)).toBeNull();
  });

  it('accepts the key with and without quotes, and the path with and without slash or query', () => {
    expect(read('"abc"')).toEqual(read('abc'));
    expect(read('abc', { originalUrl: '/api/orders?x=1' })).toEqual(read('abc'));
    expect(read('abc', { originalUrl: '/api/orders/7/messages/' })?.id).not.toBe(read('abc')?.id);
  });

  it('ignores the order of members', () => {
    const one = read('abc', { body: { a: 1, b: { c: [1, 2], d: null } } });
    expect(read('abc', { body: { b: { d: null, c: [1, 2] }, a: 1 } })).toEqual(one);
    expect(read('abc', { body: { b: { d: null, c: [2, 1] }, a: 1 } })).not.toEqual(one);
  });

  it.each(['', '""', 'x'.repeat(256), 'a b', 'ü'])('rejects the key %j', (key) => {
    expect(() => read(key)).toThrow(ServiceError);
  });

  it('accepts 255 characters', () => {
    expect(read('x'.repeat(255))).not.toBeNull();
  });
});
