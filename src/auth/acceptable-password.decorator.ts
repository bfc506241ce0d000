import { ValidateBy } from 'class-validator';
import type { ValidationArguments } from 'class-validator';
import { DEMO_PASSWORD } from './demo-password.js';
import { isCommonPassword } from './common-passwords.js';

/** Refuses passwords that are tried first in an attack: the best-known ones, that of the demo accounts, one character over and over, and the e-mail address. */
export function IsAcceptablePassword(): PropertyDecorator {
  return ValidateBy({
    name: 'isAcceptablePassword',
    validator: {
      validate: (value: unknown, args?: ValidationArguments) =>
        typeof value === 'string' && !isEasy(value, args?.object),
      defaultMessage: () => 'password is too common or too easy to guess',
    },
  });
}

function isEasy(password: string, form: { email?: unknown } | undefined): boolean {
  const lower = password.toLowerCase();
  const email = typeof form?.email === 'string' ? form.email.toLowerCase() : '';
  return (
    lower === DEMO_PASSWORD ||
    isCommonPassword(lower) ||
    new Set(lower).size === 1 ||
    lower === email ||
    lower === email.split('@')[0]
  );
}
