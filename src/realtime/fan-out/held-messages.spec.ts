import { describe, expect, it } from '@jest/globals';
import { HeldFrames } from './held-messages.js';
import type { EphemeralFrame } from './held-messages.js';

const frame = (type: string, bytes: number, fill = 0): EphemeralFrame => ({
  type,
  latestOnly: type === 'location',
  frame: Buffer.alloc(bytes, fill),
});

describe('held frames', () => {
  it('include the newest of each state and all others, in the order of arrival', () => {
    const held = new HeldFrames();
    for (const fill of [1, 2]) for (const type of ['typing', 'location']) held.add(frame(type, 1, fill));
    expect(held.all.map(({ type, frame: bytes }) => `${type} ${String(bytes[0])}`)).toEqual([
      'typing 1',
      'typing 2',
      'location 2',
    ]);
  });

  it('are limited by number', () => {
    const held = new HeldFrames();
    for (let n = 0; n < 250; n += 1) held.add(frame('typing', 1, n));
    expect(held.all).toHaveLength(100);
    expect(held.all[0]?.frame[0]).toBe(150);
  });

  it('are limited by bytes, even if they are few', () => {
    const held = new HeldFrames();
    for (let n = 0; n < 20; n += 1) held.add(frame('call_signal', 16_000, n));
    expect(held.all.map((one) => one.frame[0])).toEqual([16, 17, 18, 19]);
    held.add(frame('call_signal', 1_000_000, 20));
    expect(held.all.map((one) => one.frame[0])).toEqual([20]);
  });

  it('remain if they could not be written', () => {
    const held = new HeldFrames();
    for (const fill of [1, 2, 3]) held.add(frame('typing', 1, fill));
    const written: Buffer[] = [];
    expect(held.drainTo((bytes) => written.length < 1 && written.push(bytes) > 0)).toBe(false);
    expect(held.drainTo((bytes) => written.push(bytes) > 0)).toBe(true);
    expect(written.map((bytes) => bytes[0])).toEqual([1, 2, 3]);
    expect(held.all).toEqual([]);
  });
});
