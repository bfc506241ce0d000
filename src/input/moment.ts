import { Matches } from 'class-validator';
import { ServiceError } from '../errors/error/service-error.js';

/** A time with its UTC offset: `2026-12-24T18:00:00Z`, `2026-12-24T19:00+01:00`. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;
/** PostgreSQL has no year 0. */
const FIRST_MS = Date.parse('0001-01-01T00:00:00Z');

/** Validates the format of a time. `momentOf` reads it. */
export function IsMoment(): PropertyDecorator {
  return Matches(MOMENT, {
    message: '$property must be an ISO 8601 time with its offset from UTC, such as 2026-12-24T18:00:00Z',
  });
}

/** Reads a time that `IsMoment` accepts. Throws invalid_message, with the pointer of its member, if there is no such time. */
export function momentOf(text: string, pointer: string): Date {
  const moment = new Date(text);
  if (moment.getTime() >= FIRST_MS && isOnCalendar(text)) return moment;
  const detail = 'is not a valid time';
  throw new ServiceError('invalid_message', `${pointer} ${detail}`, { errors: [{ pointer, detail }] });
}

/** JavaScript accepts 30 February and converts it to 2 March. */
function isOnCalendar(text: string): boolean {
  const day = text.slice(0, 10);
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}
