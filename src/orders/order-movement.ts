import { MessageRate } from '../realtime/message-rate.js';
import { metresBetween } from './geo.js';
import type { Point } from './geo.js';

/** One position of an order's partner. Times in milliseconds since 1970. */
export interface Fix extends Point {
  /** Metres; null: not said. */
  readonly accuracy: number | null;
  /** Degrees; null: not said. */
  readonly heading: number | null;
  /** By the phone's clock. */
  readonly measuredAt: number;
  /** By ours. */
  readonly receivedAt: number;
}

export interface MovementLimits {
  /** Metres a second. */
  readonly locationMaxSpeed: number;
  /** Positions told per second, in the long run. */
  readonly locationRate: number;
}

/** A phone that changes from cell towers to satellites may find itself so many metres off without having moved. */
const SLACK_M = 2_000;
/** Positions told at once, before the rate counts. */
const BURST = 10;
/** The speed is that of the last minutes. */
const WINDOW_MS = 5 * 60_000;
const MOST_FIXES = 60;
/** Less than this says nothing of a speed. */
const SHORTEST_MS = 10_000;

/** How one partner moves on one order, as far as this node knows. */
export class OrderMovement {
  readonly rate: MessageRate;
  /** Whatever of it was announced, so that the database need not be asked again. */
  readonly announced = new Set<string>();
  private readonly fixes: Fix[] = [];
  private suspect: Fix | null = null;

  /** `earlier`: what is known of before, oldest first. */
  constructor(
    private readonly limits: MovementLimits,
    earlier: readonly Fix[],
    now: number,
  ) {
    this.fixes.push(...earlier);
    this.rate = new MessageRate(limits.locationRate, BURST, now);
  }

  get last(): Fix | null {
    return this.fixes.at(-1) ?? null;
  }

  /**
   * Takes a position; false when nobody gets so far so fast. Such a one is remembered: when the next one agrees with it, it was the
   * earlier ones that were wrong, or the partner took a plane.
   */
  take(fix: Fix): boolean {
    const { last } = this;
    if (last && !this.isPlausible(last, fix) && !(this.suspect && this.isPlausible(this.suspect, fix))) {
      this.suspect = fix;
      return false;
    }
    if (last && !this.isPlausible(last, fix)) this.fixes.length = 0;
    this.suspect = null;
    this.fixes.push(fix);
    const oldest = fix.receivedAt - WINDOW_MS;
    while (this.fixes.length > MOST_FIXES || (this.fixes[0]?.receivedAt ?? Infinity) < oldest) this.fixes.shift();
    return true;
  }

  /** Metres a second over the last minutes; null while too little is known. */
  speed(): number | null {
    return speedOf(this.fixes);
  }

  /** What comes out of a tunnel was measured one after the other and arrives at once: the longer time counts. */
  private isPlausible(from: Fix, to: Fix): boolean {
    const elapsedMs = Math.max(Math.abs(to.measuredAt - from.measuredAt), to.receivedAt - from.receivedAt);
    const reach = SLACK_M + (from.accuracy ?? 0) + (to.accuracy ?? 0);
    return metresBetween(from, to) <= reach + (this.limits.locationMaxSpeed * elapsedMs) / 1_000;
  }
}

/** Metres a second along these positions, oldest first; null when they span less than ten seconds. */
export function speedOf(fixes: readonly Fix[]): number | null {
  const [first, last] = [fixes[0], fixes.at(-1)];
  const elapsedMs = first && last ? last.measuredAt - first.measuredAt : 0;
  if (elapsedMs < SHORTEST_MS) return null;
  let metres = 0;
  fixes.forEach((fix, index) => {
    const before = fixes[index - 1];
    if (before) metres += metresBetween(before, fix);
  });
  return metres / (elapsedMs / 1_000);
}
