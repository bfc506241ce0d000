import { ValidateBy } from 'class-validator';
import type { ValidationOptions } from 'class-validator';
import { isStorableText } from '../text/storable-text.js';

/** Validates a string that will be stored: no NUL characters, no unpaired surrogates. */
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
