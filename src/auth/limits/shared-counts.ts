import type { RateLimiterAbstract } from 'rate-limiter-flexible';

/** Requests are counted in windows of this length, which start at the same time on all nodes. */
export const WINDOW_SECONDS = 10;

const WINDOW_MS = WINDOW_SECONDS * 1_000;
/** Time between two exchanges with the other nodes. */
const EXCHANGE_MS = 250;
/** A key is not exchanged while this node has counted less than this fraction of its limit. */
const QUIET_PART = 0.1;

interface Count {
  /** Requests on this node in this window. */
  own: number;
  /** The part of `own` that has been published to the other nodes. */
  published: number;
  /** Requests on the other nodes, as of the last exchange. */
  others: number;
}

/**
 * Counts requests by key without waiting for Redis. Each node counts in memory, and exchanges the counts of keys that come near
 * their limit with the other nodes four times a second. A Redis call for each request would cost more than many of the requests,
 * and most keys stay far below their limit and cause no traffic. The price: for a quarter of a second after all nodes together
 * reach the limit, requests of this key may still pass. In addition, each node may let up to a tenth of the limit pass that the
 * other nodes do not count.
 */
export class SharedCounts {
  private window = 0;
  private counts = new Map<string, Count>();
  private readonly busy = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  /** `shared` must keep counts for at least two windows. `now` returns milliseconds since 1970; tests replace it. */
  constructor(
    private readonly shared: RateLimiterAbstract,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Counts a request. Returns 0 if it is within `limit` requests per window. Else the request is not counted, and the result is the
   * time until the window ends, in milliseconds.
   */
  take(key: string, limit: number): number {
    const now = this.now();
    this.enter(Math.floor(now / WINDOW_MS));
    const count = this.counts.get(key) ?? this.add(key);
    if (count.own + count.others >= limit) return WINDOW_MS - (now % WINDOW_MS);
    count.own += 1;
    if (count.own > limit * QUIET_PART) this.exchangeSoon(key);
    return 0;
  }

  /** Publishes the counts of this node and reads those of the other nodes. */
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
    const count: Count = { own: 0, published: 0, others: 0 };
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
    if (!count || count.own === count.published) return;
    const { own } = count;
    const unpublished = own - count.published;
    count.published = own;
    // Does not throw. Without Redis, or while it is unavailable, the limiter counts in memory, and `others` stays as it is.
    const { consumedPoints } = await this.shared.penalty(key, unpublished);
    count.others = Math.max(count.others, consumedPoints - own);
  }
}
