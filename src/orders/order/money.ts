import { ValidateBy } from 'class-validator';

/** Up to ten million less a cent: a hundred such items, ten thousand times each, are still an exact JSON number. */
const AMOUNT = /^(\d{1,7})(?:\.(\d{1,2}))?$/;

/**
 * An amount as clients give it (a JSON number or a decimal string, at most two decimals, not negative) in cents; null when
 * it is none. Read from the digits, never by arithmetic on floating point numbers.
 */
export function parseCents(value: unknown): bigint | null {
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  const [, whole, decimals = ''] = AMOUNT.exec(String(value)) ?? [];
  return whole === undefined ? null : BigInt(whole + decimals.padEnd(2, '0'));
}

/** Cents as decimal text with two decimals, as PostgreSQL's `numeric` takes it. */
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
