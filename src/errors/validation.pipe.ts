import { Injectable, ValidationPipe } from '@nestjs/common';
import type { ArgumentMetadata } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { ServiceError } from './service-error.js';
import type { FieldError } from './service-error.js';
import { pointerToken, requireStorableText } from './storable-text.js';

/** More say nothing new, and an answer must not grow with what a hostile request repeats. */
const MOST_ERRORS = 100;

/**
 * Checks and transforms REST bodies, queries and WebSocket messages alike; members without a decorator fall away.
 * Throws ServiceError `invalid_message` with a JSON pointer per bad field.
 */
export function createValidationPipe(): ValidationPipe {
  return new PointingValidationPipe();
}

@Injectable()
class PointingValidationPipe extends ValidationPipe {
  constructor() {
    super({ whitelist: true, transform: true, exceptionFactory: refuse });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'body' && !isObjectOrAbsent(value) && this.toValidate(metadata)) {
      throw invalid([{ pointer: '#', detail: 'must be a JSON object' }]);
    }
    try {
      // Before the validators: some of them (IsEmail) throw on unpaired surrogates.
      if (metadata.type === 'body' || metadata.type === 'query') requireStorableText(value);
      return (await super.transform(value, metadata)) as unknown;
    } catch (error) {
      // Transforming is recursive: what is nested deeper than the stack is bad input, not our fault.
      if (error instanceof RangeError) throw invalid([{ pointer: '#', detail: 'is nested too deep' }], error);
      throw error;
    }
  }
}

function isObjectOrAbsent(value: unknown): boolean {
  return value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value));
}

function invalid(errors: readonly FieldError[], cause?: unknown): ServiceError {
  const first = errors[0];
  const detail = first === undefined ? 'The request is not valid.' : `${first.pointer} ${first.detail}`;
  return new ServiceError('invalid_message', detail, { errors, cause });
}

function refuse(errors: readonly ValidationError[]): ServiceError {
  const found: FieldError[] = [];
  collect(errors, '#', found);
  return invalid(found);
}

function collect(errors: readonly ValidationError[], parent: string, found: FieldError[]): void {
  for (const { property, constraints, children } of errors) {
    if (found.length >= MOST_ERRORS) return;
    const pointer = `${parent}/${pointerToken(property)}`;
    const details = Object.values(constraints ?? {}).map((text) => withoutName(text, property));
    if (details.length > 0) found.push({ pointer, detail: details.join('; ') });
    collect(children ?? [], pointer, found);
  }
}

/** class-validator starts each text with the property, which the pointer says already. */
function withoutName(text: string, property: string): string {
  const each = `each value in ${property} `;
  if (text.startsWith(each)) return `each value ${text.slice(each.length)}`;
  return text.startsWith(`${property} `) ? text.slice(property.length + 1) : text;
}
