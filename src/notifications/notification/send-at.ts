import { Matches } from 'class-validator';
import { ServiceError } from '../../errors/service-error.js';

/** A moment, so with its offset: `2026-12-24T18:00:00Z`, `2026-12-24T19:00+01:00`. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;
const DAY_MS = 86_400_000;
const MOST_AHEAD_MS = 366 * DAY_MS;
/** Clocks differ, and requests take their time. */
const TOLERANCE_MS = 60_000;

/** Validates the form of `send_at`; `sendAtOf` judges the time. */
export function IsMoment(): PropertyDecorator {
  return Matches(MOMENT, {
    message: '$property must be an ISO 8601 time with its offset from UTC, such as 2026-12-24T18:00:00Z',
  });
}

/** When to send; null: at once. Throws invalid_message for a time there is not, one that is over, or one a year away. */
export function sendAtOf(text: string | null | undefined, now = Date.now()): Date | null {
  if (text === undefined || text === null) return null;
  const moment = new Date(text);
  const ahead = moment.getTime() - now;
  if (Number.isNaN(ahead) || !isOnCalendar(text)) throw refused('there is no such time');
  if (ahead < -TOLERANCE_MS) throw refused('must not be in the past');
  if (ahead > MOST_AHEAD_MS) throw refused('must not be more than 366 days ahead');
  return ahead <= 0 ? null : moment;
}

/** JavaScript makes 2 March of 30 February. */
function isOnCalendar(text: string): boolean {
  const day = text.slice(0, 10);
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

function refused(detail: string): ServiceError {
  const pointer = '#/send_at';
  return new ServiceError('invalid_message', `${pointer} ${detail}`, { errors: [{ pointer, detail }] });
}
