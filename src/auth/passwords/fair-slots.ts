interface Waiting {
  start(): void;
  refuse(): void;
}

/**
 * At most `size` pieces of work at once, and at most `maxWaiting` more in line. Each key has a line of its own, and the lines take
 * turns, so whoever sends hundreds of requests delays mainly themselves. When all lines together are full, the newest of the longest
 * line is refused in favour of a key whose line is shorter.
 */
export class FairSlots {
  private running = 0;
  private waiting = 0;
  /** In the order of their turns. */
  private readonly lines = new Map<string, Waiting[]>();

  /** `full` makes the error of work that is refused. */
  constructor(
    private readonly size: number,
    private readonly maxWaiting: number,
    private readonly full: () => Error,
  ) {}

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    if (this.running < this.size) this.running += 1;
    else await this.queue(key);
    try {
      return await work();
    } finally {
      this.release();
    }
  }

  private queue(key: string): Promise<void> {
    if (this.waiting >= this.maxWaiting) this.makeRoom(key);
    return new Promise((resolve, reject) => {
      const line = this.lines.get(key) ?? [];
      line.push({
        start: resolve,
        refuse: () => {
          reject(this.full());
        },
      });
      this.lines.set(key, line);
      this.waiting += 1;
    });
  }

  /** Throws when no line is longer than that of `key` would become. */
  private makeRoom(key: string): void {
    const own = this.lines.get(key)?.length ?? 0;
    let longest: [string, Waiting[]] | undefined;
    for (const entry of this.lines) if (entry[1].length > (longest?.[1].length ?? 0)) longest = entry;
    if (!longest || longest[1].length <= own + 1) throw this.full();
    const [name, line] = longest;
    line.pop()?.refuse();
    if (line.length === 0) this.lines.delete(name);
    this.waiting -= 1;
  }

  /** The slot goes straight to the next in line, so that new work cannot come first. */
  private release(): void {
    const next = this.takeNext();
    if (next) next.start();
    else this.running -= 1;
  }

  private takeNext(): Waiting | undefined {
    const [turn] = this.lines;
    if (!turn) return undefined;
    const [key, line] = turn;
    const next = line.shift();
    // To the end of the order.
    this.lines.delete(key);
    if (line.length > 0) this.lines.set(key, line);
    this.waiting -= 1;
    return next;
  }
}
