import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import type * as PhoneNumbers from 'libphonenumber-js/max';
import { createRequire } from 'node:module';

/** A longer text is not a phone number, even with spaces and brackets. */
const MAX_LENGTH = 40;
const INTERNATIONAL = /^\+[^\r\n]+$/;

const require = createRequire(import.meta.url);

/**
 * Loaded for the first number, because loading it at startup slows down every startup. Of the library's three sets of metadata, only
 * `max` distinguishes number ranges that a country has assigned from unassigned ones.
 */
function phoneNumbers(): typeof PhoneNumbers {
  return require('libphonenumber-js/max') as typeof PhoneNumbers;
}

/**
 * Converts a phone number as people write it to E.164 form (`+49 (30) 1234-5678` -> `+493012345678`). Returns null if the text is
 * not a phone number or lacks the country code. Numbers with extensions are rejected, because messages cannot be sent to
 * extensions.
 */
export function phoneNumber(text: unknown): string | null {
  if (typeof text !== 'string' || text.length > MAX_LENGTH) return null;
  const written = text.trim();
  if (!INTERNATIONAL.test(written)) return null;
  const parsed = phoneNumbers().parsePhoneNumberFromString(written, { extract: false });
  return parsed?.isValid() === true && parsed.ext === undefined ? parsed.number : null;
}

/** Validates a phone number and converts it to E.164 form. */
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
