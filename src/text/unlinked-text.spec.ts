import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { linksIn } from '../../test/support/documents/links-in.js';
import { unlinked } from './unlinked-text.js';

/** Any number of these, in any order, form hostile texts. */
const PIECES = [
  'http://',
  'https://',
  'HTTPS:',
  'ftp://',
  'mailto:',
  'tel:',
  'javascript:',
  'intent://',
  '//',
  '\\\\',
  'www.',
  'evil',
  'example',
  'com',
  'org',
  'de',
  'xn--p1ai',
  'рф',
  '例え',
  'carla',
  '.',
  '.',
  '。',
  '．',
  '@',
  ':',
  '/',
  '+1',
  '+49',
  '555',
  '0199',
  '(',
  ')',
  '-',
  ' ',
  ' ',
  '192.168.',
  '10.1',
  '[::1]',
  '?q=',
  '#',
  '%',
  '8080',
  '\n',
  "'",
  '…',
  '\u200b',
  '\u2060',
  '\u00ad',
  '\u200d',
  '\u202e',
  '😀',
];

describe('text of a user, unlinked', () => {
  it.each([
    ['Win at http://evil.example call +15550100199', "Win at http: / evil. example call +155'501'001'99"],
    ['evil.com', 'evil. com'],
    ['WWW.EVIL.CO.UK/x', 'WWW. EVIL. CO. UK/x'],
    ['carla@evil.com', 'carla@ evil. com'],
    ['tel:5550100', "tel: 555'010'0"],
    ['call (555) 010-0199 now', "call 555'010'019'9 now"],
    ['٠٣٠١٢٣٤٥٦٧', "٠٣٠'١٢٣'٤٥٦'٧"],
    ['at 10.1.1.1', 'at 10. 1. 1. 1'],
    ['at 192.168.10.20', "at 192'168'10'20"],
    ['//evil.com', '/ evil. com'],
    ['evil。com', 'evil。 com'],
    ['\\\\evil\\share', '\\ evil\\share'],
  ])('%s is no longer a link', (text, expected) => {
    expect(linksIn(text)).not.toEqual([]);
    expect(unlinked(text)).toBe(expected);
    expect(linksIn(unlinked(text))).toEqual([]);
  });

  it.each(
    [
      ['Ada Lovelace', 'Søren Kierkegaard', 'Müller-Lüdenscheidt', 'O’Brien, Jr.', '山田 太郎', 'Zoë (she/her) 😀'],
      [
        'Unter den Linden 5, 10117 Berlin',
        'Flat 3, 12 - 14 High St., London SW1A 1AA',
        '1600 Amphitheatre Pkwy, CA 94043',
      ],
      [
        'Beverly Hills, CA 90210-1234',
        'Ring at 18:30, floor 1.5!',
        'c/o Smith; door no. 12…',
        'Keep it cold. Thanks.',
        '',
      ],
    ].flat(),
  )('%s is unchanged', (text) => {
    expect(unlinked(text)).toBe(text);
  });

  it('contains no link, whatever the text, and is not changed again', () => {
    const texts = fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(texts, (text) => {
        expect(linksIn(unlinked(text))).toEqual([]);
        expect(unlinked(unlinked(text))).toBe(unlinked(text));
      }),
      { numRuns: 3_000 },
    );
  });

  it('is computed in linear time', () => {
    for (const piece of ['1 ', '+(', '.', 'a.', '1.', ':', '@', '\\\\', '12345 67', 'http://a.b/']) {
      const hostile = piece.repeat(200_000);
      expect(unlinked(hostile).length).toBeGreaterThanOrEqual(hostile.length / 2);
    }
  });
});
