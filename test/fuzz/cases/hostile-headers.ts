import fc from 'fast-check';

const HEADERS: readonly (readonly [string, readonly string[]])[] = [
  ['accept', ['text/html', '*/*;q=0', 'x', 'application/problem+json']],
  ['origin', ['http://localhost:3000', 'https://evil.example', 'null', 'http://[', 'x'.repeat(500)]],
  ['host', ['[', 'evil.example', 'localhost:99999', '', '[::1]', 'a b']],
  ['x-forwarded-for', ['1.2.3.4', 'x, y', '::']],
  ['content-encoding', ['gzip', 'br', 'identity', 'x']],
  ['last-event-id', ['«position:0»', 'x', 'é'.repeat(100), '']],
  ['if-none-match', ['*', '"x"', 'W/"']],
  ['range', ['bytes=0-0', 'bytes=9-1', 'bytes=-999999999']],
  ['cookie', ['access_token=x', 'access_token="«access_token:0»"', '=;=;', 'a'.repeat(4_000)]],
  ['idempotency-key', ['a', 'é', 'x'.repeat(300), ' ', '«orders:0»']],
  ['accept-language', ['de', 'x-y-z-*', '*;q=9']],
];

/** Up to two of the headers that the service reads. */
export const extraHeaders = fc
  .array(
    fc.oneof(...HEADERS.map(([name, values]) => fc.constantFrom(...values).map((value) => [name, value] as const))),
    { maxLength: 2 },
  )
  .map((pairs) => Object.fromEntries(pairs));
