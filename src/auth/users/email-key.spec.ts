import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { emailKey } from './email-key.js';

describe('emailKey', () => {
  it.each([
    ['Ada.Lovelace@Example.COM', 'ada.lovelace@example.com'],
    ['admİn@example.com', 'admin@example.com'],
    ['admın@example.com', 'admin@example.com'],
    ['ADMIN@EXAMPLE.COM', 'admin@example.com'],
    ['straße@example.com', 'strasse@example.com'],
    ['cafe\u0301@example.com', 'caf\u00e9@example.com'],
    ['\uff41\uff44\uff4d\uff49\uff4e@example.com', 'admin@example.com'],
    ['\u212aate@example.com', 'kate@example.com'],
    ['ΝΙΚΟΣ@example.com', 'νικοσ@example.com'],
    ['info@MÜNCHEN.de', 'info@xn--mnchen-3ya.de'],
    ['info@münchen。de', 'info@xn--mnchen-3ya.de'],
    ['info@XN--MNCHEN-3YA.de', 'info@xn--mnchen-3ya.de'],
    ['"a@b"@example.com', '"a@b"@example.com'],
    ['no address', 'no address'],
  ])('of %j is %j', (address, key) => {
    expect(emailKey(address)).toBe(key);
  });

  it('differs for addresses that only some mail providers treat as equal', () => {
    expect(new Set(['a.b@example.com', 'ab@example.com', 'ab+c@example.com'].map(emailKey)).size).toBe(3);
  });

  it('is its own key, and the key of the address in every case and composition', () => {
    const address = fc
      .tuple(fc.string({ unit: 'grapheme', minLength: 1 }), fc.constantFrom('example.com', 'münchen.de', '例え.jp'))
      .map(([local, domain]) => `${local}@${domain}`);
    fc.assert(
      fc.property(address, (text) => {
        const key = emailKey(text);
        const forms = [key, text.toUpperCase(), text.toLowerCase(), text.normalize('NFD'), text.normalize('NFC')];
        expect(new Set(forms.map(emailKey))).toEqual(new Set([key]));
      }),
      { numRuns: 1_000 },
    );
  });

  it('ignores the case of every letter of Unicode', () => {
    const different: string[] = [];
    for (let code = 0; code <= 0x10ffff; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const letter = String.fromCodePoint(code);
      const cases = new Set([letter, letter.toUpperCase(), letter.toLowerCase(), letter.toLocaleLowerCase('tr')]);
      if (cases.size === 1) continue;
      if (new Set([...cases].map((form) => emailKey(`x${form}x@a.de`))).size > 1) different.push(letter);
    }
    expect(different).toEqual([]);
  });
});
