import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseExact, stringifyExact } from './exact-json.js';

const integers64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n });

describe('JSON with 64-bit integers', () => {
  it.each([
    [2n ** 53n + 1n, '9007199254740993'],
    [2n ** 64n - 1n, '18446744073709551615'],
    [-(2n ** 63n), '-9223372036854775808'],
  ])('writes and reads %s', (value, digits) => {
    const json = `{"id":${digits},"list":[${digits},{"deep":${digits}}],"${digits}":"${digits}"}`;
    const object = { id: value, list: [value, { deep: value }], [digits]: digits };
    expect(stringifyExact(object)).toBe(json);
    expect(parseExact(json)).toEqual(object);
  });

  it('reads integers that a number holds as numbers, and integers beyond 64 bits as JSON.parse does', () => {
    const json = '[9007199254740991, 18446744073709551616, 1234567890123456.0, 1e300, -9223372036854775809]';
    expect(parseExact(json)).toEqual(JSON.parse(json));
  });

  it('does not change digits in strings and keys, with or without escaped quotes', () => {
    const json = String.raw`{"12345678901234567890":"a\"12345678901234567890","b\\":12345678901234567890}`;
    expect(parseExact(json)).toEqual({
      '12345678901234567890': 'a"12345678901234567890',
      'b\\': 12345678901234567890n,
    });
  });

  it('keeps a member named __proto__ separate from the prototype', () => {
    const value = parseExact('{"__proto__": 12345678901234567890}') as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it.each(['{', '12345678901234567890x', '"12345678901234567890', '0012345678901234567890', '[12345678901234567890'])(
    'rejects %s',
    (json) => {
      expect(() => parseExact(json)).toThrow(SyntaxError);
    },
  );

  it('accepts and rejects the same texts as JSON.parse', () => {
    const pieces = ['"', '\\', '12345678901234567890', '-', '.5', 'e3', '{', '}', '[', ']', ':', ',', 'a', ' ', '9'];
    const texts = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((list) => list.join(''));
    fc.assert(
      fc.property(texts, (text) => {
        expect(attempt(() => asNumbers(parseExact(text)))).toEqual(attempt(() => JSON.parse(text)));
      }),
      { numRuns: 20_000 },
    );
  });

  it('reads what it wrote, for any value with any integers', () => {
    const values = fc.letrec((tie) => ({
      value: fc.oneof(fc.string(), fc.boolean(), fc.constant(null), integers64, tie('list'), tie('object')),
      list: fc.array(tie('value'), { maxLength: 4 }),
      object: fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }),
    })).value;
    fc.assert(
      fc.property(values, (value) => {
        expect(asNumbers(parseExact(stringifyExact(value)))).toEqual(asNumbers(value));
        expect(stringifyExact(parseExact(stringifyExact(value)))).toBe(stringifyExact(value));
      }),
    );
  });

  it('reads a long text of quotes and digits in linear time', () => {
    const text = `["${'\\"1'.repeat(2_000_000)}", ${'1234567890123456789,'.repeat(20_000)}1]`;
    expect((parseExact(text) as unknown[]).length).toBe(20_002);
  });
});

function attempt(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error instanceof SyntaxError ? 'refused' : error;
  }
}

/** The result that JSON.parse would have. */
function asNumbers(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(asNumbers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, asNumbers(member)]));
}
