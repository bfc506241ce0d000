import { Injectable } from '@nestjs/common';
import type { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { ServiceError } from '../../errors/error/service-error.js';
import { DEMO_PASSWORD } from './demo-password.js';
import { normalisePassword } from './passwords.js';

/** On a scale of 0 to 4: an attacker needs about 10^8 guesses or more. */
const LEAST_SCORE = 3;
/** Only this many characters are rated, because the cost grows faster than the length. */
const RATED_CHARACTERS = 32;
/**
 * Up to this many combinations of digits and symbols are read as letters. The library's default of 100 takes twenty times as long with
 * the same ratings.
 */
const SUBSTITUTIONS = 4;
/** Encyclopedia words and rare surnames double the memory, and few passwords consist of them alone. */
const LEFT_OUT = ['wikipedia-en', 'lastnames-en', 'wikipedia'];
const ADVICE = 'three or more unrelated words make a good password';

interface Owner {
  readonly email: string;
  readonly name?: string;
}

/** Rates passwords by the number of guesses an attacker needs (zxcvbn): known passwords, words, names, dates, keyboard patterns. */
@Injectable()
export class PasswordStrength {
  /** Loaded for the first password, so that processes without registrations save the memory (about 20 MiB) and the time. */
  private estimator: Promise<ZxcvbnFactory> | null = null;

  /**
   * Throws invalid_message for a password that is easy to guess, including for attackers who know its owner. `pointer`: the member
   * of the request body (RFC 6901).
   */
  async require(password: string, owner: Owner, pointer = '#/password'): Promise<void> {
    this.estimator ??= loadEstimator();
    const rated = normalisePassword(password).slice(0, RATED_CHARACTERS);
    const { score, sequence, feedback } = (await this.estimator).check(rated, wordsAbout(owner));
    if (score >= LEAST_SCORE) return;
    const isPersonal = sequence.some((match) => match.dictionaryName === 'userInputs');
    const reason = isPersonal ? 'Your name and e-mail address are easy to guess.' : (feedback.warning ?? '');
    const detail = ['is too easy to guess', reason.replace(/\.$/, '').replace(/^./, lowerCase), ADVICE];
    throw refused(pointer, detail.filter((part) => part !== '').join('; '));
  }
}

const lowerCase = (text: string): string => text.toLowerCase();

async function loadEstimator(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory }, common, english, german] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
    import('@zxcvbn-ts/language-de'),
  ]);
  const words = { ...common.dictionary, ...english.dictionary, ...german.dictionary };
  const dictionary = Object.fromEntries(Object.entries(words).filter(([name]) => !LEFT_OUT.includes(name)));
  return new ZxcvbnFactory({
    dictionary: { ...dictionary, published: [DEMO_PASSWORD, 'tidings', 'demo'] },
    graphs: common.adjacencyGraphs,
    translations: english.translations,
    l33tMaxSubstitutions: SUBSTITUTIONS,
    maxLength: RATED_CHARACTERS,
  });
}

/** The words that attackers who know the owner try first. */
function wordsAbout({ email, name = '' }: Owner): string[] {
  const [local = '', domain = ''] = email.split('@');
  const parts = [...local.split(/[^\p{L}\p{N}]+/u), ...domain.split('.'), ...name.split(/[^\p{L}\p{N}]+/u)];
  const words = [email, local, domain, name, name.replaceAll(/\s/g, ''), ...parts];
  // Cut to the length to which the password is cut.
  const rated = words.map((word) => normalisePassword(word).slice(0, RATED_CHARACTERS));
  return [...new Set(rated)].filter((word) => word.length > 2);
}

function refused(pointer: string, detail: string): ServiceError {
  return new ServiceError('invalid_message', `${pointer.replace('#/', '')} ${detail}`, {
    errors: [{ pointer, detail }],
  });
}
