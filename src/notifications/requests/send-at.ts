import { ServiceError } from '../../errors/error/service-error.js';
import { momentOf } from '../../input/moment.js';

const POINTER = '#/send_at';
const DAY_MS = 86_400_000;
const MOST_AHEAD_MS = 366 * DAY_MS;
/** Tolerance for clock differences and the duration of requests, in milliseconds. */
const TOLERANCE_MS = 60_000;

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

/**
 * The time at which a notification expires; null: never. Throws invalid_message for a time that does not exist, is not after the time of
 * sending, or is more than a year ahead.
 */
export function expiresAtOf(text: string | null | undefined, sendAt: Date | null, now = Date.now()): Date | null {
  if (text === undefined || text === null) return null;
  const pointer = '#/expires_at';
  const moment = momentOf(text, pointer);
  if (moment.getTime() <= (sendAt?.getTime() ?? now)) throw refused(pointer, 'must be after the time of sending');
  if (moment.getTime() - now > MOST_AHEAD_MS) throw refused(pointer, 'must not be more than 366 days ahead');
  return moment;
}

function refused(pointer: string, detail: string): ServiceError {
  return new ServiceError('invalid_message', `${pointer} ${detail}`, { errors: [{ pointer, detail }] });
}
