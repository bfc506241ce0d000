import { timingSafeEqual } from 'node:crypto';

/** Compares a secret with a value from a client in constant time. The time reveals only the length of the secret. */
export function isSameText(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
