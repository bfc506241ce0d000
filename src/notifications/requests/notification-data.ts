import { ValidateBy } from 'class-validator';
import { isJsonObject } from '../../exact-json/json-object.js';
import { isStorableText } from '../../text/storable-text.js';
import { stringifyExact } from '../../exact-json/exact-json.js';

const MAX_BYTES = 16 * 1024;
const MAX_DEPTH = 32;

/**
 * The problem with `data`, or null if it is valid. Checks the depth first, because deeper values would overflow the
 * encoders' stacks.
 */
export function dataProblem(value: unknown): string | null {
  if (!isJsonObject(value)) return 'must be a JSON object';
  if (isDeeperThan(value, MAX_DEPTH)) return `must not be nested deeper than ${String(MAX_DEPTH)} levels`;
  // Check the size before the contents: a request body can contain hundreds of thousands of values, 16 KiB only a few.
  if (Buffer.byteLength(stringifyExact(value)) > MAX_BYTES)
    return `must not be larger than ${String(MAX_BYTES)} bytes of JSON`;
  return isStorable(value) ? null : 'must not contain NUL characters or unpaired surrogates';
}

/** Validates the free-form `data` of a notification: a JSON object of at most 16 KiB and 32 levels. */
export function IsNotificationData(): PropertyDecorator {
  return ValidateBy({
    name: 'isNotificationData',
    validator: {
      validate: (value: unknown) => dataProblem(value) === null,
      defaultMessage: (given) => `$property ${dataProblem(given?.value) ?? ''}`,
    },
  });
}

/** Whether a JSON value is nested deeper than `limit` levels. Call it before any recursive processing of the value. */
export function isDeeperThan(value: object, limit: number): boolean {
  if (limit === 0) return true;
  // Iterate without creating arrays of names or members, which would dominate the cost.
  if (Array.isArray(value)) {
    for (const element of value as readonly unknown[])
      if (isObject(element) && isDeeperThan(element, limit - 1)) return true;
    return false;
  }
  for (const name in value) {
    const member: unknown = (value as Readonly<Record<string, unknown>>)[name];
    if (isObject(member) && isDeeperThan(member, limit - 1)) return true;
  }
  return false;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return isStorableText(value);
  if (!isObject(value)) return true;
  return Object.entries(value).every(([key, member]) => isStorableText(key) && isStorable(member));
}
