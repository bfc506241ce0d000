import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PositionCodec } from './position-codec.js';

const positionNumber = fc.integer({ min: 0, max: 2 ** 48 - 1 });

describe('positions', () => {
  const codec = new PositionCodec('epoch one');

  it('are preserved by encoding and decoding, with a fixed width', () => {
    fc.assert(
      fc.property(positionNumber, positionNumber, (own, shared) => {
        const text = codec.encode(['user_7', 'notifications'], [own, shared]);
        expect(text).toMatch(/^[\w-]{28}$/);
        expect(codec.decode(text, ['user_7', 'notifications'])).toEqual([own, shared]);
      }),
    );
  });

  it('are rejected for other streams, another log and any other text', () => {
    const text = codec.encode(['user_7', 'notifications'], [3, 4]);
    expect(codec.decode(text, ['user_8', 'notifications'])).toBeNull();
    expect(codec.decode(text, ['user_7'])).toBeNull();
    expect(new PositionCodec('epoch two').decode(text, ['user_7', 'notifications'])).toBeNull();
    fc.assert(
      fc.property(fc.string(), (garbage) => {
        expect(codec.decode(garbage, ['order_1'])).toBeNull();
      }),
    );
  });
});
