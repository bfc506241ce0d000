import { setTimeout as wait } from 'node:timers/promises';

/** Pauses between attempts to store a group, about one minute in total, in milliseconds. */
const PAUSES_MS = [100, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 20_000];

/**
 * Stores items in groups. An item is stored immediately if nothing is being stored, otherwise together with all items that arrive
 * until then. Unlike a `gatheringLoader`, it never waits for more items, because unstored work would be repeated after a crash.
 * If a group cannot be stored, it is retried for a minute before its `add` calls reject.
 */
export class GroupCommit<T> {
  private waiting: { readonly item: T; readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = [];
  private running = false;

  constructor(
    private readonly store: (items: readonly T[]) => Promise<void>,
    private readonly mostAtOnce: number,
    private readonly pausesMs: readonly number[] = PAUSES_MS,
  ) {}

  /** Resolves when the item is stored. */
  add(item: T): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (!this.running) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.waiting.length > 0) {
      const group = this.waiting.splice(0, this.mostAtOnce);
      try {
        await this.storeAtLast(group.map(({ item }) => item));
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.running = false;
  }

  private async storeAtLast(items: readonly T[]): Promise<void> {
    for (const pause of this.pausesMs) {
      try {
        await this.store(items);
        return;
      } catch {
        await wait(pause);
      }
    }
    await this.store(items);
  }
}
