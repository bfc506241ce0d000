import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { InvalidSettings } from '../../config/values/invalid-settings.js';
import { builtInTypes } from './built-in-types.js';
import { readTypesFile } from './types-file.js';

const folder = mkdtempSync(join(tmpdir(), 'tidings-types-'));
const file = join(folder, 'types.json');
afterAll(() => rmSync(folder, { recursive: true }));

function problemsOf(content: unknown): readonly string[] {
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  try {
    readTypesFile(file, builtInTypes());
  } catch (error) {
    if (error instanceof InvalidSettings) return error.problems;
    throw error;
  }
  return [];
}

const template = (part: object, language = 'en') => ({ types: { a: { templates: { [language]: part } } } });
const nested = `${'{a, select, other {'.repeat(6_000)}${'}}'.repeat(6_000)}`.slice(0, 20_000);

describe('NOTIFICATION_TYPES_FILE', () => {
  it('can be almost empty', () => {
    expect(problemsOf({ types: { a: {} } })).toEqual([]);
  });

  it.each([
    ['{', 'is not JSON'],
    [[], 'must be an object with a single member "types"'],
    [{ types: {}, more: 1 }, 'must be an object with a single member "types"'],
    [{ types: { 'A b': {} } }, 'types.A b must be 1 to 64 of'],
    [{ types: { a: [] } }, 'types.a must be an object.'],
    [
      { types: { a: { chanels: [] } } },
      'types.a.chanels is not one of channels, urgent, quiet_hours, escalate, templates.',
    ],
    [{ types: { a: { toString: 1 } } }, 'types.a.toString is not one of'],
    [{ types: { a: { channels: ['fax'] } } }, 'types.a.channels must be a list of websocket, email, sms, push.'],
    [{ types: { a: { urgent: 'yes' } } }, 'types.a.urgent must be true or false.'],
    [{ types: { a: { quiet_hours: 'later' } } }, 'types.a.quiet_hours must be one of delay, drop.'],
    [
      { types: { a: { escalate: [{ after_s: 0, channel: 'push' }] } } },
      'types.a.escalate must be a list of at most 10',
    ],
    [{ types: { a: { escalate: 'push' } } }, 'types.a.escalate must be'],
    [template({ title: 'x' }, 'no_language!'), 'types.a.templates.no_language! is not a language tag (BCP 47).'],
    [template({ titel: 'x' }), 'types.a.templates.en.titel is not one of title, message, email.subject'],
    [template({ email: 'x' }), 'types.a.templates.en.email is not one of'],
    [template({ title: '' }), 'types.a.templates.en.title must be a text of 1 to 20000 characters.'],
    [
      template({ title: 'Hi {name' }),
      'types.a.templates.en.title does not compile: expect argument closing brace, line 1',
    ],
    [template({ title: '{n, plural, one {x}}' }), 'does not compile: missing other clause'],
    [template({ title: '{n, number, currency}' }), '{n} uses the number style currency, which does not exist.'],
    [template({ title: '{n, number, toString}' }), '{n} uses the number style toString, which does not exist.'],
    [template({ title: '{n, number, ::currency/EURO}' }), 'types.a.templates.en.title'],
    [template({ title: '{n, date, soon}' }), '{n} uses the date style soon, which does not exist.'],
    [template({ title: '{n} {n, date, short}' }), '{n} is used as a date and as something else.'],
    [template({ email: { html: '<a href={n}>x</a>' } }), '{n} is inside an HTML tag, but not inside quotes.'],
    [template({ title: nested }), 'types.a.templates.en.title'],
  ])('%j: %s', (content, expected) => {
    const problems = problemsOf(content);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`NOTIFICATION_TYPES_FILE ${file}: `);
    expect(problems[0]).toContain(expected);
    expect(problems[0]).not.toContain('\n');
  });

  it('reports all problems at once', () => {
    const types = { a: { urgent: 1, templates: { en: { title: '{' }, de: { title: '}' } } }, b: null };
    expect(problemsOf({ types })).toHaveLength(3);
  });

  it('must exist', () => {
    expect(() => readTypesFile(join(folder, 'none.json'), builtInTypes())).toThrow('cannot be read (ENOENT)');
  });
});
