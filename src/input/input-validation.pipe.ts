import { Injectable } from '@nestjs/common';
import type { ArgumentMetadata, PipeTransform, Type } from '@nestjs/common';
import { validate } from 'class-validator';
import type { ValidationError } from 'class-validator';
import { ServiceError } from '../errors/error/service-error.js';
import type { FieldError } from '../errors/error/service-error.js';
import { isJsonObject } from '../exact-json/json-object.js';
import { requireStorableText } from './shape/storable-input.js';
import { inputProblems, MOST_ERRORS } from './shape/input-problems.js';
import { shapeOf } from './shape/input-shape.js';
import { pointerTo } from './shape/json-pointer.js';
import { toInstance } from './shape/to-instance.js';

const BUILT_IN: readonly unknown[] = [String, Boolean, Number, Array, Object, Buffer, Date];

/**
 * Transforms and validates REST bodies, queries and WebSocket messages. Drops undeclared members; for REST, `InputGuard` has
 * already rejected them. Throws ServiceError `invalid_message` with a JSON pointer per invalid field.
 */
@Injectable()
export class InputValidationPipe implements PipeTransform {
  async transform(value: unknown, { type, metatype }: ArgumentMetadata): Promise<unknown> {
    if (type === 'custom' || metatype === undefined || BUILT_IN.includes(metatype)) return value;
    const target = metatype as Type<object>;
    if (!isObjectOrAbsent(value)) throw invalidInput([{ pointer: '#', detail: 'must be a JSON object' }]);
    const given = value ?? {};
    // Before the more expensive checks: class-validator applies every rule, even to values that are far too long.
    const problems = inputProblems(given, shapeOf(target), { refuseUnknown: false });
    if (problems.length > 0) throw invalidInput(problems);
    const instance = toInstance(target, given);
    // Before the validators, because some of them (IsEmail) throw on unpaired surrogates.
    requireStorableText(instance);
    const errors = await validate(instance, {
      forbidUnknownValues: false,
      validationError: { target: false, value: false },
    });
    if (errors.length > 0) throw invalidInput(fieldErrors(errors));
    return instance;
  }
}

/** The error for invalid fields. The first field is its `detail`. */
export function invalidInput(errors: readonly FieldError[]): ServiceError {
  const first = errors[0];
  const detail = first === undefined ? 'The request is not valid.' : `${first.pointer} ${first.detail}`;
  return new ServiceError('invalid_message', detail, { errors });
}

function isObjectOrAbsent(value: unknown): value is object | undefined {
  return value === undefined || isJsonObject(value);
}

function fieldErrors(errors: readonly ValidationError[]): FieldError[] {
  const found: FieldError[] = [];
  collect(errors, '#', found);
  return found;
}

function collect(errors: readonly ValidationError[], parent: string, found: FieldError[]): void {
  for (const { property, constraints, children } of errors) {
    if (found.length >= MOST_ERRORS) return;
    const pointer = pointerTo(parent, property);
    const details = Object.values(constraints ?? {}).map((text) => withoutName(text, property));
    if (details.length > 0) found.push({ pointer, detail: details.join('; ') });
    collect(children ?? [], pointer, found);
  }
}

/** Removes the property name with which class-validator begins each message, because the pointer already names it. */
function withoutName(text: string, property: string): string {
  const each = `each value in ${property} `;
  if (text.startsWith(each)) return `each value ${text.slice(each.length)}`;
  return text.startsWith(`${property} `) ? text.slice(property.length + 1) : text;
}
