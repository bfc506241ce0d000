interface Waiting {
  start(): void;
  refuse(): void;
}

/**
 * Runs at most `size` tasks at once and queues at most `maxWaiting` more. Each key has its own queue, and the queues are served in
 * turn, so a client that sends hundreds of requests delays mainly itself. If all queues together are full, the newest task of the
 * longest queue is rejected in favour of a new task whose own queue is shorter.
 */
export class FairSlots {
  private running = 0;
  private waiting = 0;
  /** In the order in which they are served. */
  private readonly lines = new Map<string, Waiting[]>();

  /** `full` creates the error of a rejected task. */
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

  /** Throws if no queue is longer than the queue of `key` would become. */
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

  /** Passes the slot to the next waiting task, so that a new task cannot overtake it. */
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
    // Moves the key to the end of the order.
    this.lines.delete(key);
    if (line.length > 0) this.lines.set(key, line);
    this.waiting -= 1;
    return next;
  }
}
