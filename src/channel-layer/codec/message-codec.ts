import { Decoder, Encoder } from '@msgpack/msgpack';
import { InvalidMessage, MalformedMessage } from '../interface/errors.js';
import type { Message, MessageValue } from '../interface/message.js';
import { fromWire, toWire } from './wire-values.js';

/** Other programs on this wire do not know extension types, so they are neither written nor accepted. */
const extensionCodec = {
  tryToEncode: (): null => null,
  decode(_data: Uint8Array, type: number): never {
    throw new MalformedMessage(`Extension types are not supported: ${type}`);
  },
};

const encoder = new Encoder({ useBigInt64: true, ignoreUndefined: true, extensionCodec });
const decoder = new Decoder({ useBigInt64: true, extensionCodec });

/** Encodes a message as msgpack. Members that are `undefined` are omitted; `Uint8Array` becomes `bin`. Throws InvalidMessage. */
export function encodeMessage(message: Message): Uint8Array {
  if (!hasType(message)) throw new InvalidMessage('A message needs a type that is a string');
  return encodeValue(message);
}

/** Encodes part of a message as msgpack. Throws InvalidMessage. */
export function encodeValue(value: unknown): Uint8Array {
  try {
    return encoder.encode(toWire(value));
  } catch (error) {
    if (error instanceof InvalidMessage) throw error;
    throw new InvalidMessage(`A message cannot be encoded: ${reason(error)}`, { cause: error });
  }
}

/** Decodes a message, which keeps no reference to the bytes. Throws MalformedMessage. */
export function decodeMessage(bytes: Uint8Array): Message {
  const value = decodeValue(bytes);
  if (!isDictionary(value)) throw new MalformedMessage('A message must be a dictionary');
  if (!hasType(value)) throw new MalformedMessage('A message needs a type that is a string');
  return value;
}

function decodeValue(bytes: Uint8Array): MessageValue {
  try {
    return fromWire(decoder.decode(bytes) as MessageValue);
  } catch (error) {
    if (error instanceof MalformedMessage) throw error;
    throw new MalformedMessage(`Not msgpack: ${reason(error)}`, { cause: error });
  }
}

function hasType(value: Readonly<Record<string, unknown>>): value is Message {
  return typeof value.type === 'string';
}

function isDictionary(value: MessageValue): value is Readonly<Record<string, MessageValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
