import { applyDecorators } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { IsObject, ValidateNested } from 'class-validator';

const NESTED = Symbol('class of a nested member');

/**
 * Declares a member that is an object of a class with decorators of its own; with `each`, an array of such objects. Replaces
 * `@ValidateNested()` and `@Type()`. An array also needs `@ArrayMaxSize()`.
 */
export function Nested(type: () => Type<object>, { each = false } = {}): PropertyDecorator {
  return applyDecorators(Reflect.metadata(NESTED, { type, each }), IsObject({ each }), ValidateNested({ each }));
}

export interface NestedMember {
  readonly type: () => Type<object>;
  readonly each: boolean;
}

/** What `@Nested()` says about a member of a class or of one of its base classes. */
export function nestedMember(target: Type<object>, name: string): NestedMember | null {
  return (Reflect.getMetadata(NESTED, target.prototype as object, name) as NestedMember | undefined) ?? null;
}
