import { Matches } from 'class-validator';
import { ServiceError } from '../../errors/service-error.js';

/** A time with its UTC offset: `2026-12-24T18:00:00Z`, `2026-12-24T19:00+01:00`. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;
const POINTER = '#/send_at';
const DAY_MS = 86_400_000;
const MOST_AHEAD_MS = 366 * DAY_MS;
/** Tolerance for clock differences and the duration of requests, in milliseconds. */
const TOLERANCE_MS = 60_000;

/** Validates the format of `send_at`. `sendAtOf` validates the time. */
export function IsMoment(): PropertyDecorator {
  return Matches(MOMENT, {
    message: '$property must be an ISO 8601 time with its offset from UTC, such as 2026-12-24T18:00:00Z',
  });
}

/**
 * The time to send at; null: immediately. Throws invalid_message for a time that does not exist, is in the past, or is
 * more than a year ahead.
 */
export function sendAtOf(text: string | null | undefined, now = Date.now()): Date | null {
  if (text === undefined || text === null) return null;
  const moment = momentOf(text, POINTER);
  const ahead = moment.getTime() - now;
  if (ahead < -TOLERANCE_MS) throw refused(POINTER, 'must not be in the past');
  if (ahead > MOST_AHEAD_MS) throw refused(POINTER, 'must not be more than 366 days ahead');
  return ahead <= 0 ? null : moment;
}

/** Reads a time that `IsMoment` accepts. Throws invalid_message, with the pointer of its member, if there is no such time. */
export function momentOf(text: string, pointer: string): Date {
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime()) || !isOnCalendar(text)) throw refused(pointer, 'is not a valid time');
  return moment;
}

/** JavaScript accepts 30 February and converts it to 2 March. */
function isOnCalendar(text: string): boolean {
  const day = text.slice(0, 10);
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

function refused(pointer: string, detail: string): ServiceError {
  return new ServiceError('invalid_message', `${pointer} ${detail}`, { errors: [{ pointer, detail }] });
}
