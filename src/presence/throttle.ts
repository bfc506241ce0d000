/** Runs a function once for all requests within `delayMs`, and at most once in `spacingMs`. */
export class Throttle {
  private timer: NodeJS.Timeout | undefined;
  private ranAt = -Infinity;

  /** `delayMs`: from the first request to the run. `spacingMs`: the minimum between two runs. */
  constructor(
    private readonly run: () => void,
    private readonly delayMs: number,
    private readonly spacingMs: number,
  ) {}

  request(): void {
    if (this.timer) return;
    const wait = Math.max(this.delayMs, this.ranAt + this.spacingMs - Date.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.ranAt = Date.now();
      this.run();
    }, wait);
    this.timer.unref();
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
