/** Milliseconds. Shorter than the time limit of a test, so that the failure names the message that did not arrive. */
const DEADLINE_MS = 45_000;

interface Waiter<T> {
  readonly resolve: (letter: T) => void;
  readonly reject: (reason: Error) => void;
}

/** Items that have arrived and were not taken yet, for a reader that waits for the next one. */
export class Mailbox<T> {
  private readonly letters: T[] = [];
  private readonly waiters: Waiter<T>[] = [];
  private ended: string | null = null;

  put(letter: T): void {
    const waiter = this.waiters.shift();
    if (waiter) waiter.resolve(letter);
    else this.letters.push(letter);
  }

  /** Ends the mailbox: no more items will arrive, and waiting readers get the reason. */
  end(reason: string): void {
    this.ended = reason;
    for (const waiter of this.waiters.splice(0)) waiter.reject(new Error(`ended while waiting: ${reason}`));
  }

  /** Waits for up to 45 seconds by default. */
  take(what: string, deadlineMs = DEADLINE_MS): Promise<T> {
    const letter = this.letters.shift();
    if (letter !== undefined) return Promise.resolve(letter);
    if (this.ended !== null) return Promise.reject(new Error(`expected ${what}, but ${this.ended}`));
    const next = new Promise<T>((resolve, reject) => {
      this.waiters.push({ resolve, reject });
    });
    return this.within(next, what, deadlineMs);
  }

  unread(): readonly T[] {
    return [...this.letters];
  }

  /** The value of the promise, or an error that names the awaited item. */
  async within<V>(promise: Promise<V>, what: string, deadlineMs = DEADLINE_MS): Promise<V> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`expected ${what}, but nothing arrived; unread: ${JSON.stringify(this.letters)}`));
      }, deadlineMs);
    });
    try {
      return await Promise.race([promise, deadline]);
    } finally {
      clearTimeout(timer);
    }
  }
}
