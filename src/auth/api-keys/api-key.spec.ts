import { describe, expect, it } from '@jest/globals';
import { hashOfKey, looksLikeApiKey, newApiKey, prefixOf } from './api-key.js';

describe('an API key', () => {
  it('consists of a visible prefix and a secret, and is different each time', () => {
    const keys = Array.from({ length: 200 }, () => newApiKey());
    for (const { key, prefix, hash } of keys) {
      expect(key).toMatch(/^tdk_[0-9a-z]{11}_[0-9a-z]{50}$/);
      expect(prefixOf(key)).toBe(prefix);
      expect(hash).toBe(hashOfKey(key));
    }
    expect(new Set(keys.map(({ prefix }) => prefix)).size).toBe(200);
    expect(new Set(keys.map(({ key }) => key.slice(-50))).size).toBe(200);
  });

  it('keeps its prefix when it is rotated', () => {
    const first = newApiKey();
    const second = newApiKey(first.prefix);
    expect(second.prefix).toBe(first.prefix);
    expect(second.hash).not.toBe(first.hash);
  });

  it('is recognised as meant, and has no prefix, if it is malformed', () => {
    const { key } = newApiKey();
    for (const malformed of [key.slice(0, -1), `${key}a`, key.toUpperCase(), key.replace(/_\w{50}$/, ''), 'tdk_', '']) {
      expect(prefixOf(malformed)).toBeNull();
    }
    expect([key, key.slice(0, 8), 'eyJhbGciOiJIUzI1NiJ9', ''].map(looksLikeApiKey)).toEqual([true, true, false, false]);
  });
});
