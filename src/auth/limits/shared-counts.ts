import type { RateLimiterAbstract } from 'rate-limiter-flexible';

/** Counts are kept for windows of this length, which start at the same time on all nodes. */
export const WINDOW_SECONDS = 10;

const WINDOW_MS = WINDOW_SECONDS * 1_000;
/** Between two exchanges with the other nodes. */
const EXCHANGE_MS = 250;
/** A key that uses less than this part of its limit on this node is not exchanged. */
const QUIET_PART = 0.1;

interface Count {
  /** On this node, in this window. */
  own: number;
  /** How many of these the other nodes know of. */
  told: number;
  /** On the other nodes, as of the last exchange. */
  others: number;
}

/**
 * Counts requests by key without waiting for anything: each node counts in memory, and tells the other nodes of the keys that
 * come near their limit four times a second. One question to Redis for each request would cost more than many of the requests
 * do, and quiet keys, which are nearly all, cause no traffic at all. The price: for a quarter of a second after the limit is
 * reached over all nodes together, requests of this key may still pass, as may a tenth of the limit on each node.
 */
export class SharedCounts {
  private window = 0;
  private counts = new Map<string, Count>();
  private readonly busy = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  /** `shared` holds counts for at least two windows. `now` is in milliseconds since 1970, for tests. */
  constructor(
    private readonly shared: RateLimiterAbstract,
    private readonly now: () => number = Date.now,
  ) {}

  /** Counts a request. 0: within the limit of so many in a window; else the milliseconds until the window ends, and it is not counted. */
  take(key: string, limit: number): number {
    const now = this.now();
    this.enter(Math.floor(now / WINDOW_MS));
    const count = this.counts.get(key) ?? this.add(key);
    if (count.own + count.others >= limit) return WINDOW_MS - (now % WINDOW_MS);
    count.own += 1;
    if (count.own > limit * QUIET_PART) this.exchangeSoon(key);
    return 0;
  }

  /** Tells the other nodes, and hears from them. */
  async exchange(): Promise<void> {
    const { window, counts } = this;
    const keys = [...this.busy];
    this.busy.clear();
    await Promise.all(keys.map((key) => this.exchangeKey(`${window}:${key}`, counts.get(key))));
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private enter(window: number): void {
    if (window === this.window) return;
    this.window = window;
    this.counts = new Map();
    this.busy.clear();
  }

  private add(key: string): Count {
    const count = { own: 0, told: 0, others: 0 };
    this.counts.set(key, count);
    return count;
  }

  private exchangeSoon(key: string): void {
    this.busy.add(key);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.exchange();
    }, EXCHANGE_MS).unref();
  }

  private async exchangeKey(key: string, count: Count | undefined): Promise<void> {
    if (!count || count.own === count.told) return;
    const untold = count.own - count.told;
    count.told = count.own;
    const told = count.told;
    // Without Redis, or while it is away, the limiter counts in memory: then the others are none. It does not throw.
    const { consumedPoints } = await this.shared.penalty(key, untold);
    count.others = Math.max(count.others, consumedPoints - told);
  }
}
