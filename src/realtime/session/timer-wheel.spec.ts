import { describe, expect, it } from '@jest/globals';
import { TimerWheel } from './timer-wheel.js';

describe('the timer wheel', () => {
  it('calls an item when it is due, never earlier, and again at the time it returns', () => {
    let now = 1_000_000;
    const wheel = new TimerWheel(250, () => now);
    const ticks: number[] = [];
    wheel.schedule(
      {
        tick: (time) => {
          ticks.push(time);
          return ticks.length < 3 ? time + 1_000 : null;
        },
      },
      now + 600,
    );
    for (let step = 0; step < 100; step += 1) {
      now += 100;
      wheel.turn();
    }
    expect(ticks).toHaveLength(3);
    expect(ticks[0]).toBeGreaterThanOrEqual(1_000_600);
    expect(ticks[0]).toBeLessThanOrEqual(1_001_100);
    expect((ticks[1] ?? 0) - (ticks[0] ?? 0)).toBeGreaterThanOrEqual(1_000);
  });

  it('catches up after a long pause of the event loop', () => {
    let now = 0;
    const wheel = new TimerWheel(250, () => now);
    let ticked = 0;
    for (const due of [300, 5_000, 59_000]) {
      wheel.schedule(
        {
          tick: () => {
            ticked += 1;
            return null;
          },
        },
        due,
      );
    }
    now = 60_000;
    wheel.turn();
    expect(ticked).toBe(3);
  });
});
