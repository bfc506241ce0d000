import type { Type } from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';
import { nestedMember } from './nested.decorator.js';
import type { NestedMember } from './nested.decorator.js';

/** What the decorators of a class say about one of its members. */
export interface MemberShape {
  readonly nested: NestedMember | null;
  /** Characters that a string may have (`@MaxLength`, `@Length`). */
  readonly maxLength: number;
  /** Elements that an array may have (`@ArrayMaxSize`). */
  readonly maxItems: number;
}

/** The members of a class that class-validator knows, by name. */
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
    const before = shape.get(propertyName) ?? { nested, maxLength: Infinity, maxItems: Infinity };
    shape.set(propertyName, each ? before : { ...before, ...limitOf(name, constraints) });
  }
  return shape;
}

function limitOf(rule: string | undefined, constraints: readonly unknown[] = []): Partial<MemberShape> {
  if (rule === 'maxLength') return { maxLength: Number(constraints[0]) };
  if (rule === 'isLength') return { maxLength: Number(constraints[1] ?? Infinity) };
  if (rule === 'arrayMaxSize') return { maxItems: Number(constraints[0]) };
  return {};
}
