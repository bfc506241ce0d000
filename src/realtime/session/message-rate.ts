/**
 * A token bucket: `rate` messages per second on average, `burst` at once. It is refilled only in `take`, so an idle bucket
 * costs nothing.
 */
export class MessageRate {
  private tokens: number;
  private filledAt: number;

  constructor(
    private readonly rate: number,
    private readonly burst: number,
    now: number,
  ) {
    this.tokens = burst;
    this.filledAt = now;
  }

  /** Counts one message. Returns false if the limit is exceeded. `now` is in milliseconds. */
  take(now: number): boolean {
    this.tokens = Math.min(this.burst, this.tokens + ((now - this.filledAt) / 1000) * this.rate);
    this.filledAt = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
