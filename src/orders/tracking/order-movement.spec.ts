import { describe, expect, it } from '@jest/globals';
import { metresBetween } from '../order/geo.js';
import { etaTo } from './order-destination.js';
import { OrderMovement } from './order-movement.js';
import type { Fix } from './order-movement.js';

const LIMITS = { locationMaxSpeed: 100, locationRate: 5 };
const START = Date.UTC(2026, 10, 21);

/** A position that many metres east of a point on the equator, measured and received at the given second. */
function fix(metres: number, second: number, members: Partial<Fix> = {}): Fix {
  const at = START + second * 1_000;
  return {
    latitude: 0,
    longitude: metres / 111_195,
    accuracy: null,
    heading: null,
    measuredAt: at,
    receivedAt: at,
    ...members,
  };
}
const movement = (...earlier: Fix[]): OrderMovement => new OrderMovement(LIMITS, earlier, START);

describe('the distance', () => {
  it.each([
    [{ latitude: 0, longitude: 0 }, { latitude: 0, longitude: 0 }, 0],
    [{ latitude: 52.520008, longitude: 13.404954 }, { latitude: 48.856613, longitude: 2.352222 }, 877_464],
    [{ latitude: 0, longitude: 179.9 }, { latitude: 0, longitude: -179.9 }, 22_239],
    [{ latitude: 90, longitude: 0 }, { latitude: -90, longitude: 0 }, 20_015_087],
  ])('from %j to %j is correct', (from, to, metres) => {
    expect(metresBetween(from, to) / (metres || 1)).toBeCloseTo(metres === 0 ? 0 : 1, 4);
  });
});

describe('a position', () => {
  it.each([
    ['is accepted two kilometres away at the same time, because of inaccuracy', 2_000, 0, {}, 'current'],
    ['is rejected three kilometres away at the same time', 3_000, 0, {}, 'refused'],
    ['is accepted three kilometres away at the same time, with low accuracy', 3_000, 0, { accuracy: 1_000 }, 'current'],
    [
      'is rejected four kilometres away at the same time, with any accuracy',
      4_000,
      0,
      { accuracy: 20_000_000 },
      'refused',
    ],
    ['is accepted at a hundred metres a second', 7_990, 60, {}, 'current'],
    ['is rejected at a higher speed', 8_100, 60, {}, 'refused'],
    [
      'is accepted if it was measured a minute later and received at the same time',
      7_990,
      0,
      { measuredAt: START + 60_000 },
      'current',
    ],
    [
      'is rejected if it was measured at the same time and received a minute later',
      7_990,
      60,
      { measuredAt: START },
      'refused',
    ],
    ['is late if it was measured a day earlier', 7_990, 0, { measuredAt: START - 86_400_000 }, 'late'],
    ['is accepted after a week without positions', 20_000_000, 604_800, {}, 'current'],
  ])('%s', (_name, metres, second, members, taken) => {
    expect(movement(fix(0, 0)).take(fix(metres, second, members))).toBe(taken);
  });

  it('is accepted anywhere if it is the first one', () => {
    expect(movement().take(fix(9_999_999, 0))).toBe('current');
  });

  it('is accepted if the next one confirms it', () => {
    const away = movement(fix(0, 0));
    expect([away.take(fix(50_000, 1)), away.take(fix(50_010, 2)), away.take(fix(20, 3))]).toEqual([
      'refused',
      'current',
      'refused',
    ]);
  });

  it('that is an outlier has no effect', () => {
    const steady = movement(fix(0, 0));
    expect([steady.take(fix(50_000, 1)), steady.take(fix(20, 2)), steady.take(fix(50_010, 3))]).toEqual([
      'refused',
      'current',
      'refused',
    ]);
    expect(steady.last).toEqual(fix(20, 2));
  });
});

describe('a position that arrives late', () => {
  it('does not become the current one, but counts for the speed at its time', () => {
    const driving = movement();
    expect([0, 20, 40].map((second) => driving.take(fix(second * 10, second)))).toEqual(Array(3).fill('current'));
    expect(driving.take(fix(100, 10))).toBe('late');
    expect(driving.last).toEqual(fix(400, 40));
    expect(driving.speed()).toBeCloseTo(10, 1);
  });

  it('is rejected if the speed between its neighbours would be implausible', () => {
    const driving = movement(fix(0, 0), fix(400, 40));
    expect(driving.take(fix(30_000, 20))).toBe('refused');
    expect(driving.take(fix(30_010, 21))).toBe('refused');
    expect(driving.last).toEqual(fix(400, 40));
  });

  it('does not make a later jump plausible', () => {
    const driving = movement(fix(0, 0));
    driving.take(fix(10, -80_000));
    expect(driving.take(fix(50_000, 1))).toBe('refused');
  });
});

describe('many small jumps', () => {
  it('cover no more distance than a single jump', () => {
    const driving = movement();
    const verdicts = [0, 1_900, 3_800, 5_700].map((metres, step) => driving.take(fix(metres, step / 10)));
    expect(verdicts).toEqual(['current', 'current', 'refused', 'current']);
  });
});

describe('the speed', () => {
  it('is that of the last five minutes', () => {
    const driving = movement();
    expect(driving.speed()).toBeNull();
    for (let second = 0; second <= 600; second += 10) driving.take(fix(second < 300 ? 0 : (second - 300) * 15, second));
    expect(driving.speed()).toBeCloseTo(15, 1);
  });

  it('is unknown after a few seconds', () => {
    const driving = movement(fix(0, 0));
    driving.take(fix(90, 9));
    expect(driving.speed()).toBeNull();
  });

  it('leads to a plausible arrival time for a partner who stands still and for an implausibly fast one', () => {
    const destination = { place: 'delivery' as const, point: fix(6_000, 0) };
    const seconds = (speed: number | null): number => etaTo(destination, fix(0, 0), speed, START).seconds;
    expect([seconds(null), seconds(0), seconds(10), seconds(900)]).toEqual([1_300, 2_600, 780, 195]);
  });
});
