import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { endOf, isWithin, minutesOf, nextDailyHour, nextHour } from './daily-window.js';
import type { DailyWindow } from './daily-window.js';

const MINUTE = 60_000;

/**
 * Clock changes forward and back in both hemispheres, by half an hour, at midnight; no change; and an offset of a
 * quarter of an hour.
 */
const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Sydney',
  'Australia/Lord_Howe',
  'America/Santiago',
  'Africa/Cairo',
  'Asia/Kathmandu',
  'Pacific/Chatham',
  'Pacific/Apia',
  'America/St_Johns',
  'UTC',
];

const clocks = new Map(
  ZONES.map((timeZone) => [
    timeZone,
    new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }),
  ]),
);

/** The local time by Intl, which is independent of the tested code. */
function shown(at: Date, timeZone: string): number {
  return minutesOf(clocks.get(timeZone)?.format(at) ?? '') ?? Number.NaN;
}

function isQuiet({ start, end, timeZone }: DailyWindow, at: Date): boolean {
  const minute = shown(at, timeZone);
  const fromStart = (other: number): number => (other - start + 1_440) % 1_440;
  return fromStart(minute) < fromStart(end);
}

/** Minutes of a day with a clock change in at least one zone are as likely as those of all other days. */
const instant = fc.oneof(
  fc.date({ min: new Date('2024-01-01T00:00Z'), max: new Date('2030-12-31T00:00Z'), noInvalidDate: true }),
  fc
    .tuple(
      fc.constantFrom(
        '2026-03-29T01:00Z',
        '2026-10-25T01:00Z',
        '2026-03-08T07:00Z',
        '2026-11-01T06:00Z',
        '2026-04-04T15:00Z',
        '2026-10-03T15:30Z',
        '2026-09-06T04:00Z',
        '2026-04-05T03:00Z',
        '2026-04-23T22:00Z',
        '2026-10-29T21:00Z',
      ),
      fc.integer({ min: -1_500 * MINUTE, max: 300 * MINUTE }),
    )
    .map(([change, off]) => new Date(Date.parse(change) + off)),
);

const window = fc
  .record({
    start: fc.integer({ min: 0, max: 1_439 }),
    end: fc.integer({ min: 0, max: 1_439 }),
    timeZone: fc.constantFrom(...ZONES),
  })
  .filter(({ start, end }) => start !== end);

describe('a daily window', () => {
  it('contains the minutes that the clocks show between its start and its end, also over midnight', () => {
    fc.assert(
      fc.property(window, instant, (quiet, at) => {
        expect(isWithin(quiet, at)).toBe(isQuiet(quiet, at));
      }),
      { numRuns: 500 },
    );
  });

  it('ends at the first instant when the clocks show a time outside the window, even if they are changed in between', () => {
    fc.assert(
      fc.property(window, instant, (quiet, at) => {
        const end = endOf(quiet, at);
        expect(isQuiet(quiet, end)).toBe(false);
        if (end.getTime() === at.getTime()) return;
        expect(end.getTime() % MINUTE).toBe(0);
        for (let time = at.getTime(); time < end.getTime(); time += MINUTE) {
          if (!isQuiet(quiet, new Date(time))) throw new Error(`over at ${new Date(time).toISOString()}`);
        }
        expect(isQuiet(quiet, new Date(end.getTime() - 1))).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  const berlin = (start: string, end: string): DailyWindow => ({
    start: minutesOf(start) ?? 0,
    end: minutesOf(end) ?? 0,
    timeZone: 'Europe/Berlin',
  });

  it.each([
    ['a usual night', '22:00', '07:00', '2026-11-20T22:30Z', '2026-11-21T06:00:00.000Z'],
    ['a night with an hour less', '22:00', '07:00', '2026-03-28T22:30Z', '2026-03-29T05:00:00.000Z'],
    ['a night with an hour more', '22:00', '07:00', '2026-10-24T22:30Z', '2026-10-25T06:00:00.000Z'],
    ['an end in the hour that the clocks skip', '22:00', '02:30', '2026-03-29T00:30Z', '2026-03-29T01:00:00.000Z'],
    [
      'an end in the hour that occurs twice: the first time',
      '22:00',
      '02:30',
      '2026-10-25T00:10Z',
      '2026-10-25T00:30:00.000Z',
    ],
    [
      'an end in the hour that occurs twice: the second time',
      '22:00',
      '02:30',
      '2026-10-25T01:10Z',
      '2026-10-25T01:30:00.000Z',
    ],
    ['by day', '12:00', '13:30', '2026-06-01T10:00Z', '2026-06-01T11:30:00.000Z'],
    ['outside', '22:00', '07:00', '2026-11-20T12:34:56.789Z', '2026-11-20T12:34:56.789Z'],
  ])('%s', (_name, start, end, at, expected) => {
    expect(endOf(berlin(start, end), new Date(at)).toISOString()).toBe(expected);
  });
});

describe('the next hours', () => {
  it('begin when the clocks show a full hour', () => {
    fc.assert(
      fc.property(instant, fc.constantFrom(...ZONES), (at, zone) => {
        const next = nextHour(at, zone);
        expect(next.getTime()).toBeGreaterThan(at.getTime());
        expect(next.getTime() - at.getTime()).toBeLessThanOrEqual(60 * MINUTE);
        // On Lord Howe Island, clocks are put forward by half an hour.
        expect(shown(next, zone) % (zone === 'Australia/Lord_Howe' ? 30 : 60)).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it('of a day occur once a day, each later than the previous one', () => {
    fc.assert(
      fc.property(instant, fc.constantFrom(...ZONES), fc.integer({ min: 0, max: 23 }), (at, zone, hour) => {
        const next = nextDailyHour(at, hour, zone);
        expect(next.getTime()).toBeGreaterThan(at.getTime());
        expect(next.getTime() - at.getTime()).toBeLessThanOrEqual(26 * 60 * MINUTE);
        const over = (shown(next, zone) - hour * 60 + 1_440) % 1_440;
        // If the clocks skip the full hour, the hour ends at the next one that they show.
        const isJump = (shown(next, zone) - shown(new Date(next.getTime() - MINUTE), zone) + 1_440) % 1_440 > 1;
        expect(over).toBeLessThan(isJump ? 61 : 60);
      }),
      { numRuns: 200 },
    );
  });

  it('of a day are at the change of the clocks if the clocks skip them', () => {
    const midnight = nextDailyHour(new Date('2026-09-06T00:59:59.999Z'), 0, 'America/Santiago');
    expect(midnight.toISOString()).toBe('2026-09-06T04:00:00.000Z');
    expect(nextDailyHour(midnight, 0, 'America/Santiago').toISOString()).toBe('2026-09-07T03:00:00.000Z');
  });

  it.each([
    ['2026-11-21T06:59:59Z', '2026-11-21T07:00:00.000Z'],
    ['2026-11-21T07:00:00Z', '2026-11-22T07:00:00.000Z'],
    ['2026-03-28T12:00:00Z', '2026-03-29T06:00:00.000Z'],
  ])('at eight in Berlin after %s', (at, expected) => {
    expect(nextDailyHour(new Date(at), 8, 'Europe/Berlin').toISOString()).toBe(expected);
  });
});

it.each([
  ['00:00', 0],
  ['23:59', 1_439],
  ['07:30', 450],
  ['24:00', null],
  ['7:30', null],
  ['07:60', null],
  ['07:30:00', null],
  ['', null],
])('%s', (text, minutes) => {
  expect(minutesOf(text)).toBe(minutes);
});
