import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import type * as PhoneNumbers from 'libphonenumber-js/max';
import { createRequire } from 'node:module';

/** Longer is no number, whatever its blanks and brackets. */
const MAX_LENGTH = 40;
const INTERNATIONAL = /^\+[^\r\n]+$/;

const require = createRequire(import.meta.url);

/**
 * Loaded with the first number, since starts are slower for it. Of the three sets of rules the only one that tells the numbers
 * a country has given out from those it has not.
 */
function phoneNumbers(): typeof PhoneNumbers {
  return require('libphonenumber-js/max') as typeof PhoneNumbers;
}

/**
 * A phone number as people write it, in E.164 form (`+49 (30) 1234-5678` -> `+493012345678`); null when it is none, or
 * lacks its country. Extensions are refused: no message reaches them.
 */
export function phoneNumber(text: unknown): string | null {
  if (typeof text !== 'string' || text.length > MAX_LENGTH) return null;
  const written = text.trim();
  if (!INTERNATIONAL.test(written)) return null;
  const parsed = phoneNumbers().parsePhoneNumberFromString(written, { extract: false });
  return parsed?.isValid() === true && parsed.ext === undefined ? parsed.number : null;
}

/** Validates a phone number and brings it into E.164 form. */
export function IsPhone(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => phoneNumber(value) ?? value),
    ValidateBy({
      name: 'isPhone',
      validator: {
        validate: (value: unknown) => phoneNumber(value) !== null,
        defaultMessage: () => '$property must be a phone number with its country, such as +49 30 123456',
      },
    }),
  );
}
