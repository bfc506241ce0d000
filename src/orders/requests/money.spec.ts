import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatCents, parseCents } from './money.js';

describe('an amount of money', () => {
  it.each([
    [0, 0n],
    ['0', 0n],
    [1, 100n],
    [10.1, 1010n],
    ['10.10', 1010n],
    [0.29, 29n],
    [1.15, 115n],
    ['9999999.99', 999999999n],
  ])('%p is %p cents', (given, cents) => {
    expect(parseCents(given)).toBe(cents);
  });

  it.each([
    -1,
    -0.01,
    0.1 + 0.2,
    1.005,
    1e21,
    1e-7,
    NaN,
    Infinity,
    10_000_000,
    '',
    '1.',
    '.5',
    '1,5',
    ' 1',
    '1.234',
    null,
    true,
    [1],
  ])('cannot be %p', (given) => {
    expect(parseCents(given)).toBeNull();
  });

  it('is preserved as a number and as text', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 999_999_999n }), (cents) => {
        const text = formatCents(cents);
        expect(parseCents(text)).toBe(cents);
        expect(parseCents(Number(text))).toBe(cents);
      }),
    );
  });
});
