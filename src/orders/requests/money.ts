import { ValidateBy } from 'class-validator';

/** Up to 9999999.99, so that the total of 100 items with a quantity of 10,000 each is still an exact JSON number. */
const AMOUNT = /^(\d{1,7})(?:\.(\d{1,2}))?$/;

/**
 * Parses an amount given by a client into cents: a JSON number or decimal string, not negative, with at most two
 * decimals. Returns null if the value is not a valid amount. Parses the digits, because floating point arithmetic is
 * not exact.
 */
export function parseCents(value: unknown): bigint | null {
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  const [, whole, decimals = ''] = AMOUNT.exec(String(value)) ?? [];
  return whole === undefined ? null : BigInt(whole + decimals.padEnd(2, '0'));
}

/** Formats cents as decimal text with two decimals, the format of PostgreSQL's `numeric`. */
export function formatCents(cents: bigint): string {
  const digits = cents.toString().padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Validates an amount of money: 0 to 9999999.99, at most two decimals, as a number or as text. */
export function IsMoney(): PropertyDecorator {
  return ValidateBy({
    name: 'isMoney',
    validator: {
      validate: (value: unknown) => parseCents(value) !== null,
      defaultMessage: () => '$property must be an amount from 0 to 9999999.99 with at most two decimals',
    },
  });
}
