import { applyDecorators } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { IsObject, ValidateNested } from 'class-validator';

const NESTED = Symbol('class of a nested member');

/**
 * Declares a member that is an object of a class with its own decorators; with `each`, an array of such objects. Replaces
 * `@ValidateNested()` and `@Type()`. An array also needs `@ArrayMaxSize()`.
 */
export function Nested(type: () => Type<object>, { each = false } = {}): PropertyDecorator {
  const member: NestedMember = { type, form: each ? 'list' : 'object' };
  return applyDecorators(Reflect.metadata(NESTED, member), IsObject({ each }), ValidateNested({ each }));
}

/**
 * Declares a member that is an object with arbitrary names, whose values have the members of a class. Rejects only unknown members;
 * another decorator must validate the values.
 */
export function NestedValues(type: () => Type<object>): PropertyDecorator {
  return Reflect.metadata(NESTED, { type, form: 'values' } satisfies NestedMember);
}

export interface NestedMember {
  readonly type: () => Type<object>;
  readonly form: 'object' | 'list' | 'values';
}

/** What `@Nested()` declares about a member of a class or of its base classes. */
export function nestedMember(target: Type<object>, name: string): NestedMember | null {
  return (Reflect.getMetadata(NESTED, target.prototype as object, name) as NestedMember | undefined) ?? null;
}
