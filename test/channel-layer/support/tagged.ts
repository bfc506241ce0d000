import type { Message, MessageValue } from '../../../src/channel-layer/interface/message.js';

/**
 * Values of messages as JSON, with `{"$bytes": hex}` and `{"$integer": decimal}` for values that JSON does not support.
 */
export type Tagged = null | boolean | number | string | readonly Tagged[] | { readonly [key: string]: Tagged };

export function fromTagged(value: Tagged): MessageValue {
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(fromTagged);
  if (typeof value.$bytes === 'string') return new Uint8Array(Buffer.from(value.$bytes, 'hex'));
  if (typeof value.$integer === 'string') return BigInt(value.$integer);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, fromTagged(member)]));
}

export function toTagged(value: Message | MessageValue | undefined): Tagged {
  if (value === undefined) return null;
  if (typeof value === 'bigint') return { $integer: value.toString() };
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('hex') };
  if (isList<MessageValue | Message>(value)) return value.map(toTagged);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toTagged(member)]));
}

export function messageFromTagged(value: Tagged): Message {
  return fromTagged(value) as Message;
}

/** Array.isArray does not distinguish a readonly array from the other members of the union. */
function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}
