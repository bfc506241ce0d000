import type { Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { shapeOf } from './input-shape.js';
import type { NestedMember } from './nested.decorator.js';

/**
 * Converts the declared members of a value to an instance of its class. class-transformer gets only the scalars, because it would
 * walk arrays and objects recursively, which costs microseconds per element. Members with `@Nested()` become instances of their
 * class. Other arrays and objects stay unchanged; validators check them.
 */
export function toInstance<T extends object>(type: Type<T>, given: object): T {
  const scalars: Record<string, unknown> = {};
  const structures: Record<string, unknown> = {};
  for (const [name, { nested, nullIsAbsent }] of shapeOf(type)) {
    if (!Object.hasOwn(given, name)) continue;
    const value = (given as Readonly<Record<string, unknown>>)[name];
    if (value === null && nullIsAbsent) continue;
    if (!isObject(value)) scalars[name] = value;
    else structures[name] = nested ? nestedInstance(nested, value) : withoutPrototypeKeys(value);
  }
  return Object.assign(plainToInstance(type, scalars), structures);
}

function nestedInstance({ type, form }: NestedMember, value: object): unknown {
  if (form === 'values') return withoutPrototypeKeys(value);
  if ((form === 'list') !== Array.isArray(value)) return value;
  if (!Array.isArray(value)) return toInstance(type(), value);
  return value.map((element: unknown) =>
    isObject(element) && !Array.isArray(element) ? toInstance(type(), element) : element,
  );
}

const PROTOTYPE_KEYS = ['__proto__', 'prototype', 'constructor'] as const;

/**
 * Deletes the members with names that JavaScript objects use internally, at all levels. The value comes from JSON, whose depth is
 * bounded. Nest's `stripProtoKeys` also handles circular references and holes, and takes ten times as long.
 */
function withoutPrototypeKeys(value: object): object {
  if (Array.isArray(value)) {
    for (const element of value as readonly unknown[]) if (isObject(element)) withoutPrototypeKeys(element);
    return value as readonly unknown[];
  }
  for (const key of PROTOTYPE_KEYS) if (Object.hasOwn(value, key)) Reflect.deleteProperty(value, key);
  for (const name in value) {
    const member: unknown = (value as Readonly<Record<string, unknown>>)[name];
    if (isObject(member)) withoutPrototypeKeys(member);
  }
  return value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
