import { describe, expect, it } from '@jest/globals';
import { builtInTypes } from '../types/built-in-types.js';
import { NotificationTexts } from './notification-texts.js';
import type { NamedReader, NotificationFacts } from './notification-texts.js';
import { NotificationTypes } from '../types/notification-types.js';
import type { Problem } from '../templates/template-reader.js';
import { readTypes } from '../types/type-reader.js';

const FILE = {
  types: {
    parcels: {
      channels: ['websocket', 'email'],
      templates: {
        en: {
          title: '{count, plural, one {# parcel} other {# parcels}} for you',
          message: 'From {shop}, until {until, date, long}.',
          email: { html: '<p title="{shop}">From <b>{shop}</b>: <a href="{link}">{count, number}</a></p>' },
        },
        de: {
          title: '{count, plural, one {# Paket} other {# Pakete}} für Sie',
          message: 'Von {shop}, bis {until, date, long}.',
        },
        pl: { title: '{count, plural, one {# paczka} few {# paczki} many {# paczek} other {# paczki}}' },
      },
    },
    general: { templates: { de: { sms: { text: '{title}. {message}' } } } },
  },
};
const DATA = { count: 2, shop: 'Müller & Co', until: '2026-12-24', link: 'https://example.com/?a=1&b=2' };

function made(
  file: unknown = FILE,
): NotificationTexts & { of: NotificationTypes; problems: NotificationTexts['problems'] } {
  const problems: Problem[] = [];
  const types = new NotificationTypes(readTypes(file, builtInTypes(), problems), true, builtInTypes());
  expect(problems).toEqual([]);
  return Object.assign(new NotificationTexts(types, 'en'), { of: types });
}

const reader = (language: string, more: Partial<NamedReader> = {}): NamedReader => ({
  language,
  timeZone: 'Europe/Berlin',
  name: 'Ada',
  ...more,
});

const facts = (more: Partial<NotificationFacts> = {}): NotificationFacts => ({
  title: 'Hello',
  message: 'World',
  data: DATA,
  createdAt: new Date('2026-11-21T09:30:00Z'),
  ...more,
});

describe('the text of a notification', () => {
  const texts = made();
  const parcels = texts.of.get('parcels');

  it.each([
    ['en', 1, '1 parcel for you', 'From Müller & Co, until December 24, 2026.'],
    ['en-GB', 1_234, '1,234 parcels for you', 'From Müller & Co, until 24 December 2026.'],
    ['de-BE', 1_234, '1.234 Pakete für Sie', 'Von Müller & Co, bis 24. Dezember 2026.'],
    ['pl', 5, '5 paczek', 'From Müller & Co, until December 24, 2026.'],
    ['ja', 2, '2 parcels for you', 'From Müller & Co, until December 24, 2026.'],
  ])('is in the language of the reader: %s, %s', (language, count, title, message) => {
    expect(texts.wording(parcels, {}, { ...DATA, count }, reader(language))).toEqual({ title, message });
  });

  it('is the text of the request if the request has one', () => {
    expect(texts.wording(parcels, { title: 'Come!' }, DATA, reader('de')).title).toBe('Come!');
  });

  it('shows a date unchanged, and a time in the time zone of the reader', () => {
    const own = made({
      types: {
        visit: { templates: { en: { title: '{day, date, short}', message: '{at, date, short} {at, time, short}' } } },
      },
    });
    const data = { day: '2026-12-24', at: '2026-12-24T23:30:00Z' };
    const at = (timeZone: string) => own.wording(own.of.get('visit'), {}, data, reader('en', { timeZone }));
    expect(at('America/New_York')).toEqual({
      title: '12/24/26',
      message: expect.stringMatching(/^12\/24\/26 6:30\sPM$/),
    });
    expect(at('Asia/Tokyo')).toEqual({ title: '12/24/26', message: expect.stringMatching(/^12\/25\/26 8:30\sAM$/) });
  });

  it('has a title of one line and limited length', () => {
    const { title } = texts.wording(
      parcels,
      { title: `a\r\nBcc: b@example.com ${'x'.repeat(300)}` },
      DATA,
      reader('en'),
    );
    expect(title).toMatch(/^a Bcc: b@example.com x+…$/);
    expect(title).toHaveLength(200);
  });
});

describe('the list of problems of a request', () => {
  const texts = made();
  const problems = (name: string, given: object, data: object) =>
    texts.problems(texts.of.get(name), given, data as Record<string, unknown>);

  it('is empty if nothing is missing', () => {
    expect(problems('parcels', {}, DATA)).toEqual([]);
    expect(problems('general', { title: 'a', message: 'b' }, {})).toEqual([]);
  });

  it('names title and message if the type has none', () => {
    expect(problems('general', {}, {}).map(({ pointer }) => pointer)).toEqual(['#/title', '#/message']);
  });

  it.each([
    ['count', '2'],
    ['count', undefined],
    ['until', 'tomorrow'],
    ['until', 20_261_224],
    ['until', '2026-02-31T10:00:00'],
    ['shop', { name: 'x' }],
    ['link', ['x']],
  ])('says that %s is missing or invalid: %j', (name, value) => {
    expect(problems('parcels', {}, { ...DATA, [name]: value })).toEqual([
      { pointer: `#/data/${name}`, detail: expect.stringMatching(/^must be /) },
    ]);
  });
});

describe('a notification by e-mail', () => {
  const texts = made();

  it('greets readers by name, in their language', () => {
    const mail = texts.onChannel('email', texts.of.get('general'), facts(), reader('de'));
    expect(mail).toMatchObject({ title: 'Hello', text: 'Guten Tag Ada,\n\nWorld\n' });
    expect(mail.html).toContain('<html lang="de" dir="ltr">');
    expect(texts.onChannel('email', texts.of.get('general'), facts(), reader('fr', { name: '' })).text).toBe(
      'Bonjour,\n\nWorld\n',
    );
  });

  it('explains how to unsubscribe from its type', () => {
    const unsubscribeUrl = 'https://t.example/u?token=a&b=c';
    const mail = texts.onChannel('email', texts.of.get('general'), facts({ unsubscribeUrl }), reader('en'));
    expect(mail.text).toContain(`Unsubscribe from e-mails of this kind: ${unsubscribeUrl}`);
    expect(mail.html).toContain('<a href="https://t.example/u?token=a&amp;b=c">');
  });

  it('escapes all values that it was given', () => {
    const hostile = '<script>alert("1")</script> & \'more\'';
    const data = { ...DATA, shop: hostile, link: 'javascript:alert(1)' };
    const plain = texts.onChannel(
      'email',
      texts.of.get('general'),
      facts({ title: hostile, message: hostile }),
      reader('en', { name: hostile }),
    );
    const own = texts.onChannel('email', texts.of.get('parcels'), facts({ data }), reader('en'));
    const escaped = '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;more&#39;';
    for (const html of [plain.html, own.html]) {
      expect(html).not.toMatch(/<script|javascript:|'more'/);
      expect(html).toContain(escaped);
    }
    expect(plain.text).toContain(hostile);
    expect(own.html).toContain('<a href="#">2</a>');
  });
});

it("ignores a template in another language if the type has one in the reader's language", () => {
  const texts = made();
  const mail = (language: string) => texts.onChannel('email', texts.of.get('parcels'), facts(), reader(language)).html;
  expect(mail('de')).toContain('<p>Guten Tag Ada,</p>');
  expect(mail('ja')).toContain('From <b>Müller');
});

it('ignores a template whose data is missing', () => {
  const texts = made();
  const { html } = texts.onChannel('email', texts.of.get('parcels'), facts({ data: {} }), reader('en'));
  expect(html).toContain('<p>Hello Ada,</p>\n<p>World</p>');
});

describe('a notification by SMS and push', () => {
  const texts = made();

  it('uses the texts of the type general, changed by the file or not', () => {
    const sms = (language: string) => texts.onChannel('sms', texts.of.get('parcels'), facts(), reader(language)).text;
    expect([sms('en'), sms('de')]).toEqual(['Hello: World', 'Hello. World']);
    expect(texts.onChannel('push', texts.of.get('parcels'), facts(), reader('de'))).toEqual({
      title: 'Hello',
      text: 'World',
      html: null,
    });
  });
});
