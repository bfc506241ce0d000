import { describe, expect, it } from '@jest/globals';
import { jsonOf, retryAfterMs } from './provider-request.js';
import type { ProviderAnswer } from './provider-request.js';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const answer = (text: string, headers: Record<string, string> = {}): ProviderAnswer => ({
  status: 503,
  headers: new Headers(headers),
  text,
});

describe('retryAfterMs', () => {
  it.each([
    [{}, undefined],
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after': 'Sat, 21 Nov 2026 12:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '' }, undefined],
  ])('%j: %s', (headers: Record<string, string>, wait) => {
    expect(retryAfterMs(answer('', headers), NOW)).toBe(wait);
  });
});

describe('jsonOf', () => {
  it.each([
    ['{"code":7}', { code: 7 }],
    ['<html>', {}],
    ['null', {}],
    ['7', {}],
    ['', {}],
  ])('%s', (text, value) => {
    expect(jsonOf(answer(text))).toEqual(value);
  });
});
