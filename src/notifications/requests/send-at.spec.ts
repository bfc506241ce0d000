import { describe, expect, it } from '@jest/globals';
import { sendAtOf } from './send-at.js';

const NOW = Date.parse('2026-11-21T12:00:00Z');

describe('sendAtOf', () => {
  it.each([
    [undefined, null],
    [null, null],
    ['2026-11-21T12:00:00Z', null],
    ['2026-11-21T11:59:30Z', null],
    ['2026-11-21T13:30:00+01:00', '2026-11-21T12:30:00.000Z'],
    ['2027-11-22T12:00Z', '2027-11-22T12:00:00.000Z'],
  ])('%s: %s', (text, moment) => {
    expect(sendAtOf(text, NOW)?.toISOString() ?? null).toBe(moment);
  });

  it.each([
    ['2026-11-21T11:58:59Z', 'past'],
    ['2027-11-22T12:01Z', '366 days'],
    ['2027-02-30T12:00Z', 'is not a valid time'],
    ['2027-01-01T25:00Z', 'is not a valid time'],
    ['2027-13-01T12:00Z', 'is not a valid time'],
  ])('rejects %s', (text, detail) => {
    expect(() => sendAtOf(text, NOW)).toThrow(detail);
  });
});
