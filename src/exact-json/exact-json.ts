import { randomUUID } from 'node:crypto';

/** Of this process, and shown to nobody: no text from outside can be taken for a marked number. */
const MARK = randomUUID();
const MARKED_IN_JSON = new RegExp(`"${MARK}(-?\\d+)"`, 'g');
const MARKED = new RegExp(`^${MARK}(-?\\d+)$`);

/** Shorter integers are exact as a number. */
const LONG_DIGITS = /\d{16}/;
/** A string as a whole, or a number. Strings are matched so that the digits in them are left alone. */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;
const INTEGER = /^-?\d{16,20}$/;
const LARGEST = 2n ** 64n - 1n;
const SMALLEST = -(2n ** 63n);

type Replacer = (key: string, value: unknown) => unknown;

/**
 * `JSON.stringify` that writes a bigint with all its digits, as Python's json does. A value without bigints costs what
 * `JSON.stringify` costs. `JSON.rawJSON` would do the same and needs Node 22.
 */
export function stringifyExact(value: unknown, replacer: Replacer = unchanged): string {
  try {
    return replacer === unchanged ? JSON.stringify(value) : JSON.stringify(value, replacer);
  } catch (error) {
    // For a bigint and for a circle; a circle fails again.
    if (!(error instanceof TypeError)) throw error;
    return JSON.stringify(value, (key, member) => markBigint(replacer(key, member))).replace(MARKED_IN_JSON, '$1');
  }
}

/**
 * `JSON.parse` that gives a bigint for each integer that a number cannot hold and 64 bits can; larger ones become numbers, as
 * `JSON.parse` makes them. A text without a run of 16 digits costs what `JSON.parse` costs. Throws SyntaxError.
 */
export function parseExact(text: string): unknown {
  // Judged as it came: with marks, a number in the place of a key would look like a key.
  const rounded: unknown = JSON.parse(text);
  if (!LONG_DIGITS.test(text)) return rounded;
  const withMarks = text.replace(STRING_OR_NUMBER, (token) => (needsBigint(token) ? `"${MARK}${token}"` : token));
  return withMarks === text ? rounded : JSON.parse(withMarks, restoreBigints);
}

function needsBigint(token: string): boolean {
  if (!INTEGER.test(token) || Number.isSafeInteger(Number(token))) return false;
  const value = BigInt(token);
  return value >= SMALLEST && value <= LARGEST;
}

function unchanged(_key: string, value: unknown): unknown {
  return value;
}

function markBigint(value: unknown): unknown {
  return typeof value === 'bigint' ? `${MARK}${value}` : value;
}

function restoreBigints(_key: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const digits = MARKED.exec(value)?.[1];
  return digits === undefined ? value : BigInt(digits);
}
