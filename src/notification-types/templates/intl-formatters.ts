import type { Formatters } from 'intl-messageformat';

/**
 * Maximum number of cached formatters. Needed because readers choose languages and time zones, so their combinations
 * are unlimited.
 */
const MOST_KEPT = 500;

/** A date without a time, which is the same day in every time zone. */
export class CalendarDay extends Date {}

const kept = new Map<string, unknown>();

/** Formatters for numbers, plurals and dates. Dates are formatted in this time zone. */
export function formattersFor(timeZone: string): Formatters {
  return {
    getNumberFormat: (locale, options) =>
      keep(['number', locale, options], () => new Intl.NumberFormat(locale, options as Intl.NumberFormatOptions)),
    getPluralRules: (locale, options) => keep(['plural', locale, options], () => new Intl.PluralRules(locale, options)),
    getDateTimeFormat: (locale, options) => {
      const at = (zone: string): Intl.DateTimeFormat =>
        keep(['date', locale, options, zone], () => new Intl.DateTimeFormat(locale, { ...options, timeZone: zone }));
      return withCalendarDays(at(timeZone), () => at('UTC'));
    },
  };
}

/** `IntlMessageFormat` calls only the `format` method of the object. */
function withCalendarDays(format: Intl.DateTimeFormat, inUtc: () => Intl.DateTimeFormat): Intl.DateTimeFormat {
  const formatted = (date?: Date | number): string => (date instanceof CalendarDay ? inUtc() : format).format(date);
  return { format: formatted } as Intl.DateTimeFormat;
}

/** Caches formatters, because creating one takes about a hundred times as long as using it. Evicts the oldest. */
function keep<T>(what: readonly unknown[], make: () => T): T {
  const key = JSON.stringify(what);
  const known = kept.get(key) as T | undefined;
  if (known !== undefined) return known;
  const made = make();
  const [oldest] = kept.keys();
  if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest);
  kept.set(key, made);
  return made;
}
