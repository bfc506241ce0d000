import { describe, expect, it } from '@jest/globals';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { RateLimiterRes } from 'rate-limiter-flexible';
import { SharedCounts, WINDOW_SECONDS } from './shared-counts.js';

const START = 1_700_000_000_000;

class CountingLimiter extends RateLimiterMemory {
  exchanged = 0;

  override penalty(key: string, points?: number): Promise<RateLimiterRes> {
    this.exchanged += 1;
    return super.penalty(key, points);
  }
}

function nodes(): { clock: { now: number }; one: SharedCounts; two: SharedCounts; shared: CountingLimiter } {
  const clock = { now: START };
  const shared = new CountingLimiter({ points: 1e9, duration: 2 * WINDOW_SECONDS });
  const create = (): SharedCounts => new SharedCounts(shared, () => clock.now);
  return { clock, one: create(), two: create(), shared };
}

function takeMany(counts: SharedCounts, times: number, limit: number): number {
  let allowed = 0;
  for (let time = 0; time < times; time++) if (counts.take('key', limit) === 0) allowed += 1;
  return allowed;
}

describe('SharedCounts', () => {
  it('allows the limit within a window, reports the remaining time of the window, and starts again after it', () => {
    const { clock, one } = nodes();
    expect(takeMany(one, 25, 20)).toBe(20);
    clock.now += 4_000;
    expect(one.take('key', 20)).toBe(WINDOW_SECONDS * 1_000 - 4_000);
    expect(one.take('other', 20)).toBe(0);
    clock.now = START + WINDOW_SECONDS * 1_000;
    expect(takeMany(one, 25, 20)).toBe(20);
    one.stop();
  });

  it('counts over all nodes after an exchange', async () => {
    const { one, two } = nodes();
    expect(takeMany(one, 15, 20)).toBe(15);
    await one.exchange();
    expect(takeMany(two, 4, 20)).toBe(4);
    await two.exchange();
    expect(takeMany(two, 4, 20)).toBe(1);
    await two.exchange();
    expect(takeMany(one, 9, 20)).toBe(5);
    await one.exchange();
    expect(takeMany(one, 9, 20)).toBe(0);
    one.stop();
    two.stop();
  });

  it('does not exchange keys that use a small part of their limit', async () => {
    const { one, shared } = nodes();
    takeMany(one, 10, 100);
    await one.exchange();
    expect(shared.exchanged).toBe(0);
    takeMany(one, 1, 100);
    await one.exchange();
    expect(shared.exchanged).toBe(1);
    one.stop();
  });
});
