import { wallClock } from './time-zone.js';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A daily period by the local time of a zone. It spans midnight if `end` is before `start`. `end` is exclusive. */
export interface DailyWindow {
  /** Minutes since midnight, 0 to 1439. */
  readonly start: number;
  /** Minutes since midnight, 0 to 1439; not equal to `start`. */
  readonly end: number;
  /** IANA name. */
  readonly timeZone: string;
}

/** A time of day: `HH:MM`, 00:00 to 23:59. */
export const CLOCK_TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** Minutes since midnight of `HH:MM`; null if the text is not a time. */
export function minutesOf(text: string): number | null {
  if (!CLOCK_TIME.test(text)) return null;
  const [hours, minutes] = text.split(':');
  return Number(hours) * 60 + Number(minutes);
}

/** Whether the local time at this instant is in the window. */
export function isWithin(window: DailyWindow, at: Date): boolean {
  return isTimeWithin(window, wallClock(at, window.timeZone));
}

/**
 * The first instant from `at` on whose local time is outside the window; `at` itself if it is outside. If clocks are put forward
 * past the end of the window, that instant is the end. If they are put back into the window, it starts again.
 */
export function endOf(window: DailyWindow, at: Date): Date {
  let now = at;
  for (;;) {
    const shown = wallClock(now, window.timeZone);
    if (!isTimeWithin(window, shown)) return now;
    const end = new Date(now.getTime() + untilEnd(window, shown));
    const change = firstChange(now, end, window.timeZone);
    if (change === null) return end;
    now = change;
  }
}

/** The next instant after `at` at which a new hour begins in the local time of the zone. */
export function nextHour(at: Date, timeZone: string): Date {
  return new Date(at.getTime() + HOUR - modulo(wallClock(at, timeZone), HOUR));
}

/** The next instant after `at` at which the local time reaches this full hour (0 to 23) or jumps over it. */
export function nextDailyHour(at: Date, hour: number, timeZone: string): Date {
  const [start, end] = [hour * 60, ((hour + 1) % 24) * 60];
  const wait = { start: end, end: start, timeZone };
  const begin = endOf({ start, end, timeZone }, at);
  return jumpOver(wait, begin) ?? endOf(wait, begin);
}

/** When clocks are put forward past the end of the window that contains `from`; null if they are not. */
function jumpOver(window: DailyWindow & { readonly timeZone: string }, from: Date): Date | null {
  const { timeZone } = window;
  const shown = wallClock(from, timeZone);
  const change = firstChange(from, new Date(from.getTime() + untilEnd(window, shown)), timeZone);
  if (change === null) return null;
  const expected = shown + change.getTime() - from.getTime();
  return wallClock(change, timeZone) - expected >= untilEnd(window, expected) ? change : null;
}

function isTimeWithin({ start, end }: DailyWindow, shown: number): boolean {
  const minute = Math.floor(modulo(shown, DAY) / MINUTE);
  return start < end ? start <= minute && minute < end : start <= minute || minute < end;
}

function untilEnd({ end }: DailyWindow, shown: number): number {
  return modulo(end * MINUTE - shown, DAY);
}

/** When clocks first change between `from` and `to`, to the second; null if they do not. Clocks never change twice within a day. */
function firstChange(from: Date, to: Date, timeZone: string): Date | null {
  const offset = (at: number): number => wallClock(new Date(at), timeZone) - at;
  const before = offset(from.getTime());
  if (before === offset(to.getTime())) return null;
  let [low, high] = [Math.floor(from.getTime() / SECOND), Math.ceil(to.getTime() / SECOND)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offset(middle * SECOND) === before) low = middle;
    else high = middle;
  }
  return new Date(high * SECOND);
}

function modulo(value: number, size: number): number {
  return ((value % size) + size) % size;
}
