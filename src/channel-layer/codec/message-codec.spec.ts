import { describe, expect, it } from '@jest/globals';
import { InvalidMessage, MalformedMessage } from '../interface/errors.js';
import { decodeMessage, encodeMessage } from './message-codec.js';
import type { Message, MessageValue } from '../interface/message.js';

const roundTrip = (value: MessageValue): unknown => decodeMessage(encodeMessage({ type: 't', value })).value;
const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('message codec', () => {
  it.each<[string, MessageValue]>([
    ['null', null],
    ['booleans', [true, false]],
    ['numbers', [0, -1, 127, 128, -33, 65536, 2 ** 32 - 1, 2 ** 32, -(2 ** 31) - 1, 1.5, -0.1, 1e300]],
    ['integers that a number holds exactly', [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 1_795_000_000_000]],
    ['integers that only a bigint holds exactly', [2n ** 53n, 2n ** 64n - 1n, -(2n ** 63n)]],
    ['text', ['', 'é', '🚚', 'x'.repeat(70_000), 'é'.repeat(300)]],
    ['bytes', new Uint8Array([0, 255, 128])],
    ['nesting', { a: [{ b: { c: [[], {}] } }] }],
    ['an empty key', { '': 1 }],
  ])('preserves %s', (_what, value) => {
    expect(roundTrip(value)).toEqual(value);
  });

  it('decodes a bigint as a number if a number holds it exactly', () => {
    expect(roundTrip([5n, 2n ** 40n])).toEqual([5, 2 ** 40]);
  });

  it('encodes large integers as 64-bit integers, not as floats', () => {
    const bytes = encodeMessage({ type: 't', n: 2 ** 32, m: -(2 ** 31) - 1 });
    expect(Buffer.from(bytes).toString('hex')).toBe('83a474797065a174a16ecf0000000100000000a16dd3ffffffff7fffffff');
  });

  it('distinguishes text from bytes', () => {
    expect(Buffer.from(encodeMessage({ type: 't', s: 'a', b: Buffer.from('a') })).toString('hex')).toBe(
      '83a474797065a174a173a161a162c40161',
    );
  });

  it('omits undefined members', () => {
    expect(decodeMessage(encodeMessage({ type: 't', gone: undefined }))).toEqual({ type: 't' });
  });

  it('does not change the message that it encodes', () => {
    const message = { type: 't', at: 2 ** 40, inner: { at: [2 ** 41] } };
    encodeMessage(message);
    expect(message).toEqual({ type: 't', at: 2 ** 40, inner: { at: [2 ** 41] } });
  });

  it('replaces half surrogate pairs, which cannot be encoded in UTF-8', () => {
    expect(roundTrip('a\ud800b')).toBe('a\ufffdb');
  });

  it('does not keep references to the bytes that it decodes', () => {
    const bytes = encodeMessage({ type: 't', blob: new Uint8Array([1, 2]) });
    const message = decodeMessage(bytes);
    bytes.fill(0);
    expect(message).toEqual({ type: 't', blob: new Uint8Array([1, 2]) });
  });

  it.each<[string, unknown]>([
    ['a Date', new Date()],
    ['a Map', new Map()],
    ['a Set', [new Set()]],
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['an integer beyond 64 bits', 2n ** 64n],
    ['an ArrayBuffer', new ArrayBuffer(1)],
  ])('rejects %s when encoding', (_what, value) => {
    expect(() => encodeMessage({ type: 't', value: value as MessageValue })).toThrow(InvalidMessage);
  });

  it('rejects circular messages and messages without a type when encoding', () => {
    const round: Record<string, unknown> = { type: 't' };
    round.self = round;
    expect(() => encodeMessage(round as unknown as Message)).toThrow(InvalidMessage);
    expect(() => encodeMessage({} as unknown as Message)).toThrow('A message needs a type that is a string');
  });

  it.each([
    ['nothing', ''],
    ['a truncated string', '81a474797065a5'],
    ['bytes after the end', '81a474797065a17400'],
    ['an unused type byte', 'c1'],
    ['a number', '05'],
    ['an array', '91a474797065'],
    ['bytes', 'c40161'],
    ['no type', '80'],
    ['a type that is a number', '81a47479706505'],
    ['an extension type', '82a474797065a174a178d6ff00000000'],
    ['the key __proto__', '82a474797065a174a95f5f70726f746f5f5f80'],
    ['an array that declares 2^32-1 members', '82a474797065a174a178ddffffffff'],
  ])('rejects %s when decoding', (_what, bytes) => {
    expect(() => decodeMessage(hex(bytes))).toThrow(MalformedMessage);
  });

  it('rejects nesting that is deep enough to exhaust the stack', () => {
    const deep = Buffer.concat([hex('82a474797065a174a178'), Buffer.alloc(200_000, 0x91), hex('c0')]);
    expect(() => decodeMessage(deep)).toThrow(MalformedMessage);
  });
});
