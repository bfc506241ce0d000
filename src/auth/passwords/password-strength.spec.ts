import { beforeAll, describe, expect, it } from '@jest/globals';
import { ServiceError } from '../../errors/error/service-error.js';
import { PasswordStrength } from './password-strength.js';

const strength = new PasswordStrength();
const owner = { email: 'ada.lovelace@analytical-engines.example', name: 'Ada Lovelace' };

async function refusal(password: string): Promise<string | null> {
  const error: unknown = await strength.require(password, owner).catch((thrown: unknown) => thrown);
  if (error === undefined) return null;
  if (!(error instanceof ServiceError)) throw new Error('it failed otherwise', { cause: error });
  expect(error.code).toBe('invalid_message');
  const [field] = error.errors;
  expect(field?.pointer).toBe('#/password');
  return field?.detail ?? '';
}

describe('a password', () => {
  // Loads the dictionaries.
  beforeAll(() => refusal('anything'), 60_000);

  it.each([
    'Summer2024!',
    'Sommer2024!',
    'Password123',
    'P@ssw0rd2024',
    'qwertyuiop',
    'iloveyou2',
    '~~~~~~~~~~',
    '19.07.1987',
    'tidings-demo',
    'Tidings-Demo1',
    'TidingsDemo',
    'T1d1ngs-D3mo',
    'abcabcabcabc',
    '12345678910111213',
    'Ｐａｓｓｗｏｒｄ１',
  ])('%s is rejected', async (password) => {
    expect(await refusal(password)).toContain('is too easy to guess');
  });

  it.each([
    'Ada@Analytical-Engines.example',
    'ada.lovelace',
    'AdaLovelace1',
    'Lovelace1815',
    'l0vel4ce!',
    'analytical-engines',
    'ada.lovelace@analytical-engines.example',
  ])('%s is rejected, because it is derived from the name or the address of its owner', async (password) => {
    expect(await refusal(password)).toBe(
      'is too easy to guess; your name and e-mail address are easy to guess; three or more unrelated words make a good password',
    );
  });

  it.each([
    'correct horse battery',
    'quiet otters at dawn',
    'tr0ub4d&horse',
    'kX9#vQ2mLp',
    'größte Ameisenbären',
    '雪の日の朝ごはんと味噌汁',
    'correct horse '.repeat(9),
    'lovelace wrote seven odd notes',
  ])('%s is accepted', async (password) => {
    expect(await refusal(password)).toBeNull();
  });

  it('is rejected with the reasons', async () => {
    expect(await refusal('Password123')).toBe(
      'is too easy to guess; this is a commonly used password; three or more unrelated words make a good password',
    );
  });
});
