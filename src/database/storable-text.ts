import { ValidateBy } from 'class-validator';
import type { ValidationOptions } from 'class-validator';

/** A zero character, which PostgreSQL has no place for, or half a surrogate pair, which is no text and no valid `jsonb`. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/** Can PostgreSQL keep this text? */
export function isStorableText(value: unknown): value is string {
  return typeof value === 'string' && !UNSTORABLE.test(value);
}

/** Validates a string that is going to be stored: no NUL character, no lone surrogate. */
export function IsStorableText(options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isStorableText',
      validator: {
        validate: isStorableText,
        defaultMessage: () => '$property must be text without NUL characters or unpaired surrogates',
      },
    },
    options,
  );
}
