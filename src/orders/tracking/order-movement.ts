import { MessageRate } from '../../realtime/session/message-rate.js';
import { metresBetween } from '../order/geo.js';
import type { Point } from '../order/geo.js';

/** One position of an order's partner. Times are in milliseconds since 1970. */
export interface Fix extends Point {
  /** In metres; null: not given. */
  readonly accuracy: number | null;
  /** In degrees; null: not given. */
  readonly heading: number | null;
  /** Measured by the phone's clock, limited to `receivedAt`. */
  readonly measuredAt: number;
  /** Measured by the server's clock. */
  readonly receivedAt: number;
}

export interface MovementLimits {
  /** In metres per second. */
  readonly locationMaxSpeed: number;
  /** Average number of positions published per second. */
  readonly locationRate: number;
}

/**
 * Tolerance in metres: a phone that switches from cell towers to satellites can report such a jump without having
 * moved.
 */
const TOLERANCE_M = 2_000;
/** Maximum accuracy, in metres, that is added to the tolerance. Larger reported values count as this one. */
const MOST_ACCURACY_M = 1_000;
/** Positions that may be published at once before the rate applies. */
const BURST = 10;
/** The time span from which the speed is computed, in milliseconds. */
const WINDOW_MS = 5 * 60_000;
const MOST_FIXES = 60;
/** The shortest time span from which a speed is computed, in milliseconds. */
const SHORTEST_MS = 10_000;

/**
 * Result for a position. `current`: the partner is here now. `late`: measured before the current position, belongs to
 * the track only. `refused`: implausible jump.
 */
export type Verdict = 'current' | 'late' | 'refused';

/** The movement of one partner on one order, as known to this node. */
export class OrderMovement {
  readonly rate: MessageRate;
  /** Milestones already announced, cached to avoid a database query for each position. */
  readonly announced = new Set<string>();
  private readonly fixes: Fix[] = [];
  private suspect: Fix | null = null;

  /** `earlier`: positions known before, oldest first. */
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
   * Takes a position. A refused position is remembered. If the next position confirms it, the next one becomes current:
   * either the earlier positions were wrong, or the partner moved that fast.
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
    this.dropOlderThan(fix.measuredAt - WINDOW_MS);
    return 'current';
  }

  /** Speed in metres per second over the last minutes; null while it cannot be computed. */
  speed(): number | null {
    return speedOf(this.fixes);
  }

  /**
   * Compares the position with its neighbours by time of measurement. A position older than all known positions is
   * accepted unchecked.
   */
  private takeLate(fix: Fix): Verdict {
    const next = this.fixes.findIndex(({ measuredAt }) => measuredAt > fix.measuredAt);
    const [before, after] = [this.fixes[next - 1], this.fixes[next]];
    if (!before) return 'late';
    if (!this.isPlausible(before, fix) || (after && !this.isPlausible(fix, after))) return 'refused';
    this.fixes.splice(next, 0, fix);
    this.dropOlderThan(-Infinity);
    return 'late';
  }

  private dropOlderThan(oldest: number): void {
    while (this.fixes.length > MOST_FIXES || (this.fixes[0]?.measuredAt ?? Infinity) < oldest) this.fixes.shift();
  }

  /**
   * Uses the time between measurements: after a tunnel, positions measured one after the other arrive at the same time.
   */
  private isPlausible(from: Fix, to: Fix): boolean {
    const elapsedMs = Math.max(0, to.measuredAt - from.measuredAt);
    const reach = TOLERANCE_M + uncertainty(from) + uncertainty(to);
    return metresBetween(from, to) <= reach + (this.limits.locationMaxSpeed * elapsedMs) / 1_000;
  }
}

function uncertainty({ accuracy }: Fix): number {
  return Math.min(accuracy ?? 0, MOST_ACCURACY_M);
}

/** Speed in metres per second along these positions, oldest first; null if they span less than ten seconds. */
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
