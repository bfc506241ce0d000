import fc from 'fast-check';

/** A string that represents raw JSON text: numbers that overflow, and nesting that would slow down `JSON.stringify`. */
export const rawJson = (text: string): string => `«raw:${text}»`;

const STRINGS = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  'a\udc00',
  '\ud83d\ude00',
  '\u202eabc',
  '\r\nX-Injected: 1',
  '\u001b[2J',
  '\ufeff',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'null',
  'undefined',
  'NaN',
  'Infinity',
  'true',
  '[object Object]',
  "' OR 1=1 --",
  '"; DROP TABLE users; --',
  '<script>alert(1)</script>',
  '${7*7}',
  '{{7*7}}',
  '%s%n',
  '../../etc/passwd',
  '{count, plural, one {#} other {#}}',
  '{x',
  '}',
  '{a, select, }',
  '%',
  '%00',
  '%ff',
  '%2e%2e%2f',
  'a/b',
  'a\\b',
  '\\u0000',
  '1e309',
  '0x10',
  '-0',
  '1_000',
  '٣',
  'İ',
  'ß',
  'ﬀ',
  'a@b',
  'a@b.c',
  '"x y"@example.com',
  'é@example.com',
  '+491701234567',
  '2099-01-01T00:00:00Z',
  '+275760-09-14T00:00:00Z',
  '0000-00-00',
  '2024-02-30T25:61:61Z',
  '1970-01-01',
  '24:00',
  '99:99',
  'en',
  'de-DE',
  'xx-YY-zzzz',
  'Europe/Berlin',
  'Mars/Phobos',
  'UTC',
  'Etc/GMT+99',
  '*',
  '.',
  '..',
  '/',
  '?',
  '#',
  '&=',
  ';',
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  'http://[',
  'javascript:1',
  'file:///etc/passwd',
];

export const hostileString: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...STRINGS) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 })
      .map((codes) => String.fromCharCode(...codes)),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(65, 101, 129, 201, 256, 501, 2_001, 4_001, 20_000).map((length) => 'x'.repeat(length)),
  },
);

export const hostileNumber: fc.Arbitrary<number | string> = fc.oneof(
  fc.constantFrom(0, -0, -1, 1, 0.1, 1.005, 99.999, 1e39, 3.5e38, 1e300, 5e-324, -1e300, Number.MAX_VALUE),
  fc.constantFrom(
    2 ** 31,
    2 ** 31 - 1,
    -(2 ** 31) - 1,
    2 ** 32,
    2 ** 53,
    2 ** 53 + 2,
    2 ** 63,
    -(2 ** 63),
    2 ** 64,
    8.64e15,
    8.64e15 + 1,
  ),
  fc.constantFrom('1e400', '-1e400', '1E+1000', '0.1e-400', '123456789012345678901234567890', '-0.0').map(rawJson),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** Nested arrays and objects, and wide arrays and objects. */
const shapes: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(3, 63, 64, 65, 300, 5_000).map((depth) => rawJson('['.repeat(depth) + ']'.repeat(depth))),
  fc.constantFrom(65, 3_000).map((depth) => rawJson('{"a":'.repeat(depth) + '1' + '}'.repeat(depth))),
  fc.constantFrom(101, 2_000).map((length) => rawJson(`[${Array(length).fill('{}').join(',')}]`)),
  fc.constant(rawJson('{"a":1,"a":2,"__proto__":{"admin":true},"constructor":{"prototype":{}}}')),
);

export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: hostileString },
  { weight: 4, arbitrary: hostileNumber },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown>(null, true, false, [], {}, [null], [[]], { type: 'x' }, ['x'], { length: 1e9 }),
  },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 2, stringUnit: 'grapheme' }) },
  { weight: 1, arbitrary: shapes },
);

/** The JSON text of a value, with its raw parts inserted. */
export function jsonText(value: unknown): string {
  return ((JSON.stringify(value) as string | undefined) ?? '').replace(/"«raw:((?:[^»\\]|\\.)*)»"/g, (_, raw: string) =>
    raw.replaceAll('\\"', '"'),
  );
}
