import { setTimeout as wait } from 'node:timers/promises';

/** Pauses between attempts to store a group, about a minute in all. Milliseconds. */
const PAUSES_MS = [100, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 20_000];

/**
 * Stores things in groups: at once when nothing is being stored, else together with all that come until that is done. Unlike a
 * `gatheringLoader` it never waits for more to come: what is not stored yet would be done again after a crash. A group
 * that can't be stored is tried again for a minute before those who wait for it are told.
 */
export class GroupCommit<T> {
  private waiting: { readonly item: T; readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = [];
  private running = false;

  constructor(
    private readonly store: (items: readonly T[]) => Promise<void>,
    private readonly mostAtOnce: number,
    private readonly pausesMs: readonly number[] = PAUSES_MS,
  ) {}

  /** Resolves once it is stored. */
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
