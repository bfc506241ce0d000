import { describe, expect, it } from '@jest/globals';
import { dataProblem } from './notification-data.js';

function nested(levels: number): object {
  return levels === 1 ? {} : { deeper: nested(levels - 1) };
}

describe('the data of a notification', () => {
  it.each([{}, { a: [1, 'ü', null, { b: true }] }, { emoji: '🎉' }, nested(32), { text: 'x'.repeat(16 * 1024 - 11) }])(
    'can be an object (%#)',
    (data) => {
      expect(dataProblem(data)).toBeNull();
    },
  );

  it.each([
    [null, 'JSON object'],
    [[], 'JSON object'],
    ['text', 'JSON object'],
    [nested(33), 'deeper than 32'],
    [{ a: { b: 'nul \0' } }, 'NUL'],
    [{ 'key \0': 1 }, 'NUL'],
    [{ a: ['\ud800'] }, 'surrogates'],
    [{ text: 'x'.repeat(16 * 1024 - 10) }, '16384 bytes'],
    [{ text: 'ü'.repeat(8 * 1024) }, '16384 bytes'],
  ])('cannot be %#', (data, problem) => {
    expect(dataProblem(data)).toContain(problem);
  });

  it('is checked without overflowing the stack', () => {
    expect(dataProblem(JSON.parse(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`))).toContain('deeper');
  });
});
