import { InvalidMessage } from '../interface/errors.js';
import type { MessageValue } from '../interface/message.js';

const LARGEST_UINT32 = 0xffff_ffff;
const SMALLEST_INT32 = -0x8000_0000;
const LARGEST_UINT64 = 2n ** 64n - 1n;
const SMALLEST_INT64 = -(2n ** 63n);

/** Of ES2024, which Node 20 has and the compiler's library does not yet know. */
interface WellFormed {
  isWellFormed(): boolean;
  toWellFormed(): string;
}

/**
 * What the msgpack encoder must be given so that the bytes are those Python writes: it turns a number above 2^32 into a
 * float, a bigint above 2^64 into a smaller one and a Map into `{}`, all in silence. Returns the value itself when
 * nothing needs changing, so most messages are not copied. Throws InvalidMessage.
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
      throw new InvalidMessage(`A message holds a ${typeof value}`);
  }
}

function needs64Bits(value: number): boolean {
  return Number.isSafeInteger(value) && (value > LARGEST_UINT32 || value < SMALLEST_INT32);
}

function bigintToWire(value: bigint): number | bigint {
  if (value > LARGEST_UINT64 || value < SMALLEST_INT64)
    throw new InvalidMessage('A message holds an integer beyond 64 bits');
  return value > LARGEST_UINT32 || value < SMALLEST_INT32 ? value : Number(value);
}

/** Half a surrogate pair has no UTF-8; Python's reader would die of it. */
function textToWire(value: string): string {
  const text = value as string & WellFormed;
  return text.isWellFormed() ? value : text.toWellFormed();
}

function objectToWire(value: object): unknown {
  if (Array.isArray(value)) return arrayToWire(value);
  if (value instanceof Uint8Array) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) refuseBuiltIn(value);
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

/** Instances of the caller's own classes travel as dictionaries; the language's own would lose what they hold. */
function refuseBuiltIn(value: object): void {
  if (value instanceof Date) throw new InvalidMessage('A message holds a Date; send an ISO 8601 string');
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  if (tag !== 'Object') throw new InvalidMessage(`A message holds a ${tag}; send an object, an array or a Uint8Array`);
}

/**
 * Makes a decoded value ours, in place. msgpack writes every integer above 2^32 as 64 bits, so the decoder gives most as
 * a bigint that a number holds exactly; and binary members still look into the network buffer, which they would keep alive.
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
