import type { Type } from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';
import { nestedMember } from './nested.decorator.js';
import type { NestedMember } from './nested.decorator.js';

/** The metadata key under which @nestjs/swagger stores the options of `@ApiProperty()`. */
const API_PROPERTIES = 'swagger/apiModelProperties';

/** What the decorators of a class declare about one of its members. */
export interface MemberShape {
  readonly nested: NestedMember | null;
  /** The member is optional (`@IsOptional`) and not documented as nullable. Null is then treated as absent. */
  readonly nullIsAbsent: boolean;
  /** Maximum number of characters of a string (`@MaxLength`, `@Length`). */
  readonly maxLength: number;
  /** Maximum number of elements of an array (`@ArrayMaxSize`). */
  readonly maxItems: number;
}

/** The members of a class with validators, by name. */
export type InputShape = ReadonlyMap<string, MemberShape>;

const shapes = new WeakMap<Type<object>, InputShape>();

/** The shape of a class; empty for a class without validators. Throws Error for `@ValidateNested()` without `@Nested()`. */
export function shapeOf(type: Type<object>): InputShape {
  const known = shapes.get(type);
  if (known) return known;
  const shape = readShape(type);
  shapes.set(type, shape);
  return shape;
}

function readShape(type: Type<object>): InputShape {
  const shape = new Map<string, MemberShape>();
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  for (const { propertyName, type: kind, name, constraints, each } of rules) {
    const nested = nestedMember(type, propertyName);
    if (kind === 'nestedValidation' && !nested) {
      throw new Error(`${type.name}.${propertyName} needs @Nested() instead of @ValidateNested()`);
    }
    const before = shape.get(propertyName) ?? { nested, nullIsAbsent: false, maxLength: Infinity, maxItems: Infinity };
    const nullIsAbsent = before.nullIsAbsent || (name === 'isOptional' && !mayBeNull(type, propertyName));
    shape.set(propertyName, { ...before, nullIsAbsent, ...(!each && limitOf(name, constraints)) });
  }
  return shape;
}

/** `nullable` of `@ApiProperty()`. */
function mayBeNull(type: Type<object>, name: string): boolean {
  const documented: unknown = Reflect.getMetadata(API_PROPERTIES, type.prototype as object, name);
  return (documented as { nullable?: boolean } | undefined)?.nullable === true;
}

function limitOf(rule: string | undefined, constraints: readonly unknown[] = []): Partial<MemberShape> {
  if (rule === 'maxLength') return { maxLength: Number(constraints[0]) };
  if (rule === 'isLength') return { maxLength: Number(constraints[1] ?? Infinity) };
  if (rule === 'arrayMaxSize') return { maxItems: Number(constraints[0]) };
  return {};
}
