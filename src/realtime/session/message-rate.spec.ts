import { describe, expect, it } from '@jest/globals';
import { MessageRate } from './message-rate.js';

describe('the message rate', () => {
  it('allows a burst, then the rate', () => {
    const rate = new MessageRate(50, 100, 0);
    const taken = (now: number, count: number): number =>
      Array.from({ length: count }, () => rate.take(now)).filter(Boolean).length;
    expect(taken(0, 150)).toBe(100);
    expect(taken(100, 50)).toBe(5);
    expect(taken(1_100, 200)).toBe(50);
    expect(taken(60_000, 200)).toBe(100);
  });
});
