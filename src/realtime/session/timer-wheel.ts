/** Milliseconds since the start of the process. Unlike the wall clock, it is never set back or forward. */
export const monotonic = (): number => performance.now();

/** Something that wants to be looked at now and then. */
export interface Ticking {
  /** Looks at its deadlines; answers when to look again (milliseconds on the clock of the wheel), or null for never. */
  tick(now: number): number | null;
}

/**
 * One timer for all sockets: items are kept by the second in which they are due. An item that ended is simply not
 * scheduled again by its last tick.
 */
export class TimerWheel {
  private readonly slots = new Map<number, Ticking[]>();
  private timer: NodeJS.Timeout | undefined;
  private turned: number;

  constructor(
    private readonly slotMs = 250,
    private readonly clock: () => number = monotonic,
  ) {
    this.turned = this.slotOf(clock());
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

  schedule(item: Ticking, due: number): void {
    const slot = Math.max(this.slotOf(due) + 1, this.turned + 1);
    const items = this.slots.get(slot);
    if (items) items.push(item);
    else this.slots.set(slot, [item]);
  }

  /** Ticks everything that is due by now. */
  turn(): void {
    const now = this.clock();
    const current = this.slotOf(now);
    while (this.turned < current) {
      this.turned += 1;
      const items = this.slots.get(this.turned);
      if (!items) continue;
      this.slots.delete(this.turned);
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
