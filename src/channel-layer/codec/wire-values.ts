import { InvalidMessage } from '../interface/errors.js';
import type { MessageValue } from '../interface/message.js';

const LARGEST_UINT32 = 0xffff_ffff;
const SMALLEST_INT32 = -0x8000_0000;
const LARGEST_UINT64 = 2n ** 64n - 1n;
const SMALLEST_INT64 = -(2n ** 63n);

/** Part of ES2024: Node 20 has these methods, but the compiler's library does not declare them. */
interface WellFormed {
  isWellFormed(): boolean;
  toWellFormed(): string;
}

/**
 * Converts a value so that the msgpack encoder writes the bytes that Python writes. Unconverted, the encoder silently turns a
 * number above 2^32 into a float, a bigint above 2^64 into a smaller one, and a Map into `{}`. A value that needs no change is
 * returned itself, so most messages are not copied. Throws InvalidMessage.
 */
export function toWire(value: unknown): unknown {
  switch (typeof value) {
    case 'number':
      return needs64Bits(value) ? BigInt(value) : value;
    case 'bigint':
      return bigintToWire(value);
    case 'string':
      return textToWire(value);
    case 'object':
      return value === null ? null : objectToWire(value);
    case 'boolean':
    case 'undefined':
      return value;
    default:
      throw new InvalidMessage(`A message contains a ${typeof value}`);
  }
}

function needs64Bits(value: number): boolean {
  return Number.isSafeInteger(value) && (value > LARGEST_UINT32 || value < SMALLEST_INT32);
}

function bigintToWire(value: bigint): number | bigint {
  if (value > LARGEST_UINT64 || value < SMALLEST_INT64)
    throw new InvalidMessage('A message contains an integer beyond 64 bits');
  return value > LARGEST_UINT32 || value < SMALLEST_INT32 ? value : Number(value);
}

/** Half a surrogate pair cannot be encoded in UTF-8, and Python's decoder would fail on it. */
function textToWire(value: string): string {
  const text = value as string & WellFormed;
  return text.isWellFormed() ? value : text.toWellFormed();
}

function objectToWire(value: object): unknown {
  if (Array.isArray(value)) return arrayToWire(value);
  if (value instanceof Uint8Array) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) rejectBuiltIn(value);
  return dictionaryToWire(value as Record<string, unknown>);
}

function arrayToWire(value: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | null = null;
  for (let i = 0; i < value.length; i++) {
    const member = toWire(value[i]);
    if (member !== value[i]) (copy ??= [...value])[i] = member;
  }
  return copy ?? value;
}

function dictionaryToWire(value: Record<string, unknown>): Record<string, unknown> {
  let copy: Record<string, unknown> | null = null;
  for (const key of Object.keys(value)) {
    const member = toWire(value[key]);
    if (member !== value[key]) (copy ??= { ...value })[key] = member;
  }
  return copy ?? value;
}

/**
 * Instances of the caller's own classes are sent as dictionaries. Built-in objects are rejected, because their contents would
 * be lost.
 */
function rejectBuiltIn(value: object): void {
  if (value instanceof Date) throw new InvalidMessage('A message contains a Date; send an ISO 8601 string');
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  if (tag !== 'Object')
    throw new InvalidMessage(`A message contains a ${tag}; send an object, an array or a Uint8Array`);
}

/**
 * Converts a decoded value in place. msgpack writes integers above 2^32 in 64 bits, so the decoder returns a bigint for many
 * that a number holds exactly. Binary members are views of the network buffer; they are copied, because a view would keep that
 * buffer in memory.
 */
export function fromWire(value: MessageValue): MessageValue {
  if (typeof value === 'bigint') {
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return new Uint8Array(value);
  const members = value as Record<string, MessageValue>;
  for (const key of Object.keys(members)) {
    const member = members[key];
    if (typeof member === 'object' || typeof member === 'bigint') members[key] = fromWire(member);
  }
  return value;
}
