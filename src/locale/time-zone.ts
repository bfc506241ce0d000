import { ValidateBy } from 'class-validator';

/** Names of the IANA database. Newer engines also accept offsets such as `+02:00`, which have no daylight saving time. */
const NAME = /^[A-Za-z][\w+-]*(\/[\w+-]+){0,2}$/;
const LONGEST = 64;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether this IANA time zone exists. Not case-sensitive. */
export function isTimeZone(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST && NAME.test(value) && formatOf(value) !== null;
}

/** Validates the name of an IANA time zone, such as `Europe/Berlin`. */
export function IsTimeZone(): PropertyDecorator {
  return ValidateBy({
    name: 'isTimeZone',
    validator: {
      validate: isTimeZone,
      defaultMessage: () => '$property must be the name of an IANA time zone, such as Europe/Berlin',
    },
  });
}

/** The local time of a zone, as the milliseconds since 1970 at which UTC shows the same time. Throws RangeError for an unknown zone. */
export function wallClock(at: Date, timeZone: string): number {
  const format = formatOf(timeZone);
  if (!format) throw new RangeError(`there is no time zone ${timeZone}`);
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of format.formatToParts(at)) parts[type] = Number(value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) + at.getUTCMilliseconds();
}

/** Cached, because creating a format takes about a hundred times as long as using it. There are at most as many as time zones. */
function formatOf(timeZone: string): Intl.DateTimeFormat | null {
  const key = timeZone.toLowerCase();
  const known = formats.get(key);
  if (known) return known;
  try {
    const made = new Intl.DateTimeFormat('en-US', { ...FIELDS, timeZone });
    formats.set(key, made);
    return made;
  } catch {
    return null;
  }
}

const FIELDS: Intl.DateTimeFormatOptions = {
  calendar: 'gregory',
  numberingSystem: 'latn',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
};
