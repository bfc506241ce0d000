import { ApiProperty } from '@nestjs/swagger';
import { ServiceError } from '../../errors/error/service-error.js';
import { IsMoment, momentOf } from '../../input/moment.js';

/** When the customer wants the delivery. */
export class WantedWindowDto {
  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T17:00:00.000Z' })
  @IsMoment()
  from!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T19:00:00.000Z', description: 'After `from`' })
  @IsMoment()
  until!: string;
}

export interface WantedWindow {
  readonly wantedFrom: Date | null;
  readonly wantedUntil: Date | null;
}

const DAY_MS = 86_400_000;
/** The longest window, and how far ahead it may end. */
const MOST_MS = 366 * DAY_MS;

/**
 * The window as stored. Throws invalid_message unless `until` is after `from`, in the future, and at most 366 days
 * after `from` and after now.
 */
export function wantedWindow(given: WantedWindowDto | null | undefined, now = Date.now()): WantedWindow {
  if (!given) return { wantedFrom: null, wantedUntil: null };
  const wantedFrom = momentOf(given.from, '#/wanted_window/from');
  const wantedUntil = momentOf(given.until, '#/wanted_window/until');
  const [from, until] = [wantedFrom.getTime(), wantedUntil.getTime()];
  if (until <= from) throw refused('until', 'must be after from');
  if (until <= now) throw refused('until', 'must be in the future');
  if (until > now + MOST_MS) throw refused('until', 'must not be more than 366 days ahead');
  if (until > from + MOST_MS) throw refused('from', 'must not be more than 366 days before until');
  return { wantedFrom, wantedUntil };
}

function refused(member: string, detail: string): ServiceError {
  const pointer = `#/wanted_window/${member}`;
  return new ServiceError('invalid_message', `${pointer} ${detail}`, { errors: [{ pointer, detail }] });
}
