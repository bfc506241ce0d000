/** At most `size` pieces of work at once, at most `maxWaiting` more in line, first come first served. */
export class Slots {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  /** `full` makes the error thrown when the line is full. */
  constructor(
    private readonly size: number,
    private readonly maxWaiting: number,
    private readonly full: () => Error,
  ) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running < this.size) this.running += 1;
    else await this.queue();
    try {
      return await work();
    } finally {
      this.release();
    }
  }

  private queue(): Promise<void> {
    if (this.waiting.length >= this.maxWaiting) throw this.full();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** The slot goes straight to the next in line, so nobody can slip in between. */
  private release(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.running -= 1;
  }
}
