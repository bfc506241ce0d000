/** Milliseconds since the start of the process. Unlike the wall clock, this clock is never adjusted. */
export const monotonicNow = (): number => performance.now();

/** An item that the wheel calls when it is due. */
export interface TimerWheelItem {
  /**
   * Checks the deadlines of the item. Returns when to check again (milliseconds on the clock of the wheel), or null for never.
   */
  tick(now: number): number | null;
}

/**
 * One timer for all sockets. Items are grouped by the slot (250 ms by default) in which they are due. An item is removed when
 * its `tick` returns null.
 */
export class TimerWheel {
  private readonly slots = new Map<number, TimerWheelItem[]>();
  private timer: NodeJS.Timeout | undefined;
  private lastSlot: number;

  constructor(
    private readonly slotMs = 250,
    private readonly clock: () => number = monotonicNow,
  ) {
    this.lastSlot = this.slotOf(clock());
  }

  start(): void {
    this.timer ??= setInterval(() => {
      this.turn();
    }, this.slotMs);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.slots.clear();
  }

  schedule(item: TimerWheelItem, due: number): void {
    const slot = Math.max(this.slotOf(due) + 1, this.lastSlot + 1);
    const items = this.slots.get(slot);
    if (items) items.push(item);
    else this.slots.set(slot, [item]);
  }

  /** Calls `tick` for every item that is due. */
  turn(): void {
    const now = this.clock();
    const current = this.slotOf(now);
    while (this.lastSlot < current) {
      this.lastSlot += 1;
      const items = this.slots.get(this.lastSlot);
      if (!items) continue;
      this.slots.delete(this.lastSlot);
      for (const item of items) {
        const due = item.tick(now);
        if (due !== null) this.schedule(item, due);
      }
    }
  }

  private slotOf(time: number): number {
    return Math.floor(time / this.slotMs);
  }
}
