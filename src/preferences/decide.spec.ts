import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isWithin, minutesOf } from '../locale/daily-window.js';
import { channelsFor, decide } from './decide.js';
import type { DecidedType, Decision } from './decide.js';
import type { UserPreferences } from './user-preferences.js';

const GENERAL: DecidedType = {
  name: 'general',
  channels: ['websocket'],
  urgent: false,
  mandatory: false,
  quietHours: 'delay',
  isKnown: true,
};
const BERLIN_NIGHT = { start: '22:00', end: '07:00', time_zone: 'Europe/Berlin' };
const NIGHT = new Date('2026-11-20T23:15:00Z');
const NOON = new Date('2026-11-20T11:15:00Z');

function person(chosen: Partial<UserPreferences> = {}): UserPreferences {
  return { types: {}, quietHours: null, digest: 'none', timeZone: 'Europe/Berlin', ...chosen };
}

/** Infinity if the delivery is not delayed but sent or skipped. */
function heldUntil(decision: Decision): Date {
  if (decision.action === 'delay') return decision.until;
  return decision.action === 'digest' ? decision.due : new Date(8.64e15);
}

function hours(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 3_600_000;
}

describe('the channels of a notification', () => {
  it.each([
    ['those of the request', ['sms'] as const, {}, ['sms']],
    ['otherwise those of the type', undefined, {}, ['websocket']],
    [
      'those of the reader, if the reader has chosen some',
      undefined,
      { general: { channels: ['email'] as const } },
      ['websocket', 'email'],
    ],
  ])('are %s', (_name, requested, types, expected) => {
    expect(channelsFor(GENERAL, { types }, requested)).toEqual(expected);
  });
});

describe('a decision', () => {
  it('is to send if the user has chosen nothing', () => {
    for (const channel of ['websocket', 'email', 'sms', 'push'] as const) {
      expect(decide(GENERAL, channel, person(), NIGHT)).toEqual({ action: 'send' });
    }
  });

  it('uses the channels that the reader chose for the type', () => {
    const reader = person({ types: { general: { channels: ['push'] } } });
    expect(decide(GENERAL, 'push', reader, NOON)).toEqual({ action: 'send' });
    expect(decide(GENERAL, 'websocket', reader, NOON)).toEqual({ action: 'skip', reason: 'preference' });
    expect(decide({ ...GENERAL, urgent: true }, 'email', reader, NOON)).toMatchObject({ action: 'skip' });
    expect(decide({ ...GENERAL, name: 'order_update' }, 'email', reader, NOON)).toEqual({ action: 'send' });
    // An unknown type is treated like general, also if it has the name of a member that every object has.
    expect(decide({ ...GENERAL, name: 'constructor', isKnown: false }, 'email', reader, NOON)).toMatchObject({
      action: 'skip',
    });
  });

  it('waits for the end of quiet hours or drops the notification, depending on its type', () => {
    const reader = person({ quietHours: BERLIN_NIGHT });
    const until = new Date('2026-11-21T06:00:00Z');
    for (const channel of ['email', 'sms', 'push'] as const) {
      expect(decide(GENERAL, channel, reader, NIGHT)).toEqual({ action: 'delay', until });
      expect(decide({ ...GENERAL, quietHours: 'drop' }, channel, reader, NIGHT)).toEqual({
        action: 'skip',
        reason: 'quiet_hours',
      });
      expect(decide({ ...GENERAL, urgent: true }, channel, reader, NIGHT)).toEqual({ action: 'send' });
      expect(decide(GENERAL, channel, reader, NOON)).toEqual({ action: 'send' });
    }
    expect(decide(GENERAL, 'websocket', reader, NIGHT)).toEqual({ action: 'send' });
  });

  it('collects e-mails at the local time of the reader, except urgent ones', () => {
    const hourly = person({ digest: 'hourly' });
    const daily = person({ digest: 'daily' });
    expect(decide(GENERAL, 'email', hourly, NOON)).toMatchObject({ due: new Date('2026-11-20T12:00:00Z') });
    expect(decide(GENERAL, 'email', daily, NOON)).toEqual({
      action: 'digest',
      rhythm: 'daily',
      due: new Date('2026-11-21T07:00:00Z'),
    });
    expect(decide(GENERAL, 'sms', daily, NOON)).toEqual({ action: 'send' });
    expect(decide({ ...GENERAL, urgent: true }, 'email', daily, NOON)).toEqual({ action: 'send' });
  });

  it('sends no digest in quiet hours', () => {
    const reader = person({ digest: 'hourly', quietHours: BERLIN_NIGHT });
    expect(decide(GENERAL, 'email', reader, NIGHT)).toMatchObject({ due: new Date('2026-11-21T06:00:00Z') });
    expect(decide({ ...GENERAL, quietHours: 'drop' }, 'email', reader, NIGHT)).toMatchObject({ reason: 'quiet_hours' });
  });

  const clock = fc.integer({ min: 0, max: 1_439 }).map((minutes) => {
    const two = (value: number): string => String(value).padStart(2, '0');
    return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  });

  it('sends only urgent notifications in quiet hours, and delays nothing for longer than a day', () => {
    const quietHours = fc
      .record({ start: clock, end: clock, time_zone: fc.constantFrom('America/New_York', 'Asia/Kathmandu', 'UTC') })
      .filter(({ start, end }) => start !== end);
    const type = fc.record({ urgent: fc.boolean(), quietHours: fc.constantFrom('delay' as const, 'drop' as const) });
    const at = fc.date({ min: NOON, max: new Date('2028-11-20'), noInvalidDate: true });
    const channel = fc.constantFrom('email' as const, 'sms' as const, 'push' as const);
    fc.assert(
      fc.property(quietHours, type, at, channel, fc.constantFrom('none', 'daily'), (quiet, kind, now, way, digest) => {
        const decision = decide({ ...GENERAL, ...kind }, way, person({ quietHours: quiet, digest }), now);
        const { start, end, time_zone: timeZone } = quiet;
        const isQuiet = (time: Date): boolean =>
          isWithin({ start: minutesOf(start) ?? 0, end: minutesOf(end) ?? 0, timeZone }, time);
        const held = heldUntil(decision);
        const allowed = {
          send: kind.urgent || !isQuiet(now),
          skip: isQuiet(now) && !kind.urgent,
          delay: isQuiet(now) && !kind.urgent && !isQuiet(held) && hours(now, held) <= 25,
          digest: !kind.urgent && !isQuiet(held) && hours(now, held) <= 50,
        };
        expect({ decision, allowed: allowed[decision.action] }).toEqual({ decision, allowed: true });
        expect(held.getTime()).toBeGreaterThan(now.getTime());
      }),
      { numRuns: 500 },
    );
  });
});
