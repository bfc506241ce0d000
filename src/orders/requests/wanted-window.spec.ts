import { describe, expect, it } from '@jest/globals';
import { wantedWindow } from './wanted-window.js';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');

describe('the window in which a delivery is wanted', () => {
  it('has two times, with any offset', () => {
    const given = { from: '2026-11-21T17:00:00+01:00', until: '2026-11-21T19:00Z' };
    expect(wantedWindow(given, NOW)).toEqual({
      wantedFrom: new Date('2026-11-21T16:00:00.000Z'),
      wantedUntil: new Date('2026-11-21T19:00:00.000Z'),
    });
  });

  it('may have begun, and may be absent', () => {
    expect(
      wantedWindow({ from: '2026-11-21T11:00:00Z', until: '2026-11-21T13:00:00Z' }, NOW).wantedFrom,
    ).not.toBeNull();
    for (const none of [null, undefined])
      expect(wantedWindow(none, NOW)).toEqual({ wantedFrom: null, wantedUntil: null });
  });

  it.each([
    ['2026-11-21T13:00:00Z', '2026-11-21T13:00:00Z', 'until must be after from'],
    ['2026-11-21T10:00:00Z', '2026-11-21T11:00:00Z', 'until must be in the future'],
    ['2027-12-01T10:00:00Z', '2027-12-01T11:00:00Z', 'until must not be more than 366 days ahead'],
    ['0001-01-01T00:00:00Z', '2026-11-21T13:00:00Z', 'from must not be more than 366 days before until'],
    ['2026-11-21T13:00:00+99:99', '2026-11-21T14:00:00Z', 'from is not a valid time'],
  ])('cannot be from %s until %s', (from, until, problem) => {
    expect(() => wantedWindow({ from, until }, NOW)).toThrow(`#/wanted_window/${problem}`);
  });
});
