import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsEmail, MaxLength } from 'class-validator';
import { IsStorableText } from '../../database/storable-text.js';
import { MAX_EMAIL_LENGTH } from '../users/user-limits.js';

/** Removes whitespace at both ends. */
export const Trimmed = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));

/** The e-mail address of an account: at most 254 characters, not case-sensitive. */
export const IsAccountEmail = (): PropertyDecorator =>
  applyDecorators(Trimmed(), IsEmail(), MaxLength(MAX_EMAIL_LENGTH), IsStorableText());
