import { randomUUID } from 'node:crypto';

/** Random per process and never sent out, so no text from outside can look like a marked number. */
const MARK = randomUUID();
const MARKED_IN_JSON = new RegExp(`"${MARK}(-?\\d+)"`, 'g');
const MARKED = new RegExp(`^${MARK}(-?\\d+)$`);

/** Integers with fewer digits are exact as a number. */
const LONG_DIGITS = /\d{16}/;
/** A whole string, or a number. Strings are matched so that digits in them are skipped. */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;
const INTEGER = /^-?\d{16,20}$/;
const LARGEST = 2n ** 64n - 1n;
const SMALLEST = -(2n ** 63n);

type Replacer = (key: string, value: unknown) => unknown;

/**
 * `JSON.stringify` that writes a bigint with all its digits, as Python's json does. A value without bigints costs what
 * `JSON.stringify` costs. `JSON.rawJSON` would do the same, but needs Node 22.
 */
export function stringifyExact(value: unknown, replacer: Replacer = unchanged): string {
  try {
    return replacer === unchanged ? JSON.stringify(value) : JSON.stringify(value, replacer);
  } catch (error) {
    // Thrown for a bigint and for a circular structure, which throws again below.
    if (!(error instanceof TypeError)) throw error;
    return JSON.stringify(value, (key, member) => markBigint(replacer(key, member))).replace(MARKED_IN_JSON, '$1');
  }
}

/**
 * `JSON.parse` that returns a bigint for each integer that fits into 64 bits but not exactly into a number. Larger integers
 * become numbers, as with `JSON.parse`. A text without a run of 16 digits costs what `JSON.parse` costs. Throws SyntaxError.
 */
export function parseExact(text: string): unknown {
  // Parse the original text first: with marks, a number in place of a key would be accepted as a key.
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
