import { MessageRate } from '../../realtime/session/message-rate.js';
import { metresBetween } from '../order/geo.js';
import type { Point } from '../order/geo.js';

/** One position of an order's partner. Times in milliseconds since 1970. */
export interface Fix extends Point {
  /** Metres; null: not said. */
  readonly accuracy: number | null;
  /** Degrees; null: not said. */
  readonly heading: number | null;
  /** By the phone's clock, and never later than `receivedAt`. */
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
/** Of the accuracy that a position claims, no more than this extends how far it may be from the others, in metres. */
const MOST_ACCURACY_M = 1_000;
/** Positions told at once, before the rate counts. */
const BURST = 10;
/** The speed is that of the last minutes. */
const WINDOW_MS = 5 * 60_000;
const MOST_FIXES = 60;
/** Less than this says nothing of a speed. */
const SHORTEST_MS = 10_000;

/**
 * What becomes of a position. `current`: it is where the partner is now. `late`: it was measured before the current one and
 * belongs to the track only. `refused`: nobody gets so far so fast.
 */
export type Verdict = 'current' | 'late' | 'refused';

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
   * Takes a position. A refused one is remembered: when the next one agrees with it, the earlier ones were wrong, or the
   * partner took a plane, and the next one becomes current.
   */
  take(fix: Fix): Verdict {
    const { last } = this;
    if (last && fix.measuredAt < last.measuredAt) return this.takeLate(fix);
    const [oldest] = this.fixes;
    const isPlausible = !last || !oldest || (this.isPlausible(last, fix) && this.isPlausible(oldest, fix));
    if (!isPlausible && !(this.suspect && this.isPlausible(this.suspect, fix))) {
      this.suspect = fix;
      return 'refused';
    }
    if (!isPlausible) this.fixes.length = 0;
    this.suspect = null;
    this.fixes.push(fix);
    this.forget(fix.measuredAt - WINDOW_MS);
    return 'current';
  }

  /** Metres a second over the last minutes; null while too little is known. */
  speed(): number | null {
    return speedOf(this.fixes);
  }

  /** Between the positions before and after it by time of measurement. What is older than all that are known is not judged. */
  private takeLate(fix: Fix): Verdict {
    const next = this.fixes.findIndex(({ measuredAt }) => measuredAt > fix.measuredAt);
    const [before, after] = [this.fixes[next - 1], this.fixes[next]];
    if (!before) return 'late';
    if (!this.isPlausible(before, fix) || (after && !this.isPlausible(fix, after))) return 'refused';
    this.fixes.splice(next, 0, fix);
    this.forget(-Infinity);
    return 'late';
  }

  private forget(oldest: number): void {
    while (this.fixes.length > MOST_FIXES || (this.fixes[0]?.measuredAt ?? Infinity) < oldest) this.fixes.shift();
  }

  /** The time between the measurements counts: what comes out of a tunnel was measured one after the other and arrives at once. */
  private isPlausible(from: Fix, to: Fix): boolean {
    const elapsedMs = Math.max(0, to.measuredAt - from.measuredAt);
    const reach = SLACK_M + uncertainty(from) + uncertainty(to);
    return metresBetween(from, to) <= reach + (this.limits.locationMaxSpeed * elapsedMs) / 1_000;
  }
}

function uncertainty({ accuracy }: Fix): number {
  return Math.min(accuracy ?? 0, MOST_ACCURACY_M);
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
