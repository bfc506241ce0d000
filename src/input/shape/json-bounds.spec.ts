import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { excessOf, JSON_BOUNDS } from './json-bounds.js';

const excess = (json: string, bounds = {}): string | null =>
  excessOf(Buffer.from(json), { levels: 3, members: 3, values: 5, ...bounds });

describe('the bounds of a JSON text', () => {
  it.each([
    ['[[[]]]', null],
    ['[[[[', 'is nested deeper than 3 levels'],
    ['[[[{"a":1}]]]', 'is nested deeper than 3 levels'],
    ['{"a":1,"b":2,"c":3}', null],
    ['{"a":1,"b":2,"c":3,"d":4}', 'has more than 3 members'],
    ['[1,2,3,4,5]', null],
    ['[1,2,3,4,5,6]', 'has more than 5 values'],
    ['[{},{},{}]', 'has more than 5 values'],
    ['[]', null],
    ['"[[[["', null],
    ['"\\"[[[[\\\\\\""', null],
    ['"\\\\",[[[[', 'is nested deeper than 3 levels'],
    ['"never ended [[[[', null],
    ['', null],
  ])('%s: %p', (json, expected) => {
    expect(excess(json)).toBe(expected);
  });

  it('depend on the structure only, not on the content of strings', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (words) => {
        const json = JSON.stringify(words);
        expect(excess(json, { values: words.length })).toBeNull();
        expect(excess(json, { values: words.length - 1 })).toContain('values');
      }),
    );
  });

  it('permit everything that a body of 64 KiB may need', () => {
    const choices = Array.from({ length: 200 }, (_, index): [string, object] => [
      `type-${index}`,
      { channels: ['websocket', 'email', 'sms'] },
    ]);
    expect(excessOf(Buffer.from(JSON.stringify({ types: Object.fromEntries(choices) })), JSON_BOUNDS)).toBeNull();
    const items = Array.from({ length: 100 }, () => ({ name: 'Shirt', quantity: 1, unit_price: 1 }));
    expect(excessOf(Buffer.from(JSON.stringify({ items })), JSON_BOUNDS)).toBeNull();
  });
});
