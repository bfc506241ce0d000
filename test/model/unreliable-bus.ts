import { ChannelLayer } from '../../src/channel-layer/interface/channel-layer.js';
import type { GroupListener } from '../../src/channel-layer/interface/channel-layer.js';
import type { Message } from '../../src/channel-layer/interface/message.js';

interface Delivery {
  readonly to: BusEnd;
  readonly group: string;
  readonly message: Message;
}

/**
 * The bus between nodes. Every message to every node waits until the history delivers it, in any order, or loses it.
 */
export class UnreliableBus {
  readonly ends = new Set<BusEnd>();
  private underWay: Delivery[] = [];

  get count(): number {
    return this.underWay.length;
  }

  connect(): BusEnd {
    const end = new BusEnd(this);
    this.ends.add(end);
    return end;
  }

  send(group: string, message: Message): void {
    for (const to of this.ends) if (to.isUp) this.underWay.push({ to, group, message });
  }

  /** Messages in transit to an end whose connection broke are lost. */
  lose(end: BusEnd): void {
    this.underWay = this.underWay.filter(({ to }) => to !== end);
  }

  deliver(index: number, how: 'once' | 'double' | 'drop'): void {
    const place = index % Math.max(this.underWay.length, 1);
    const delivery = this.underWay[place];
    if (!delivery) return;
    // A duplicate stays in transit and arrives later.
    if (how !== 'double') this.underWay.splice(place, 1);
    if (how !== 'drop') delivery.to.hear(delivery.group, delivery.message);
  }
}

/** The end of the bus at one node. */
export class BusEnd extends ChannelLayer {
  readonly statistics = {} as ChannelLayer['statistics'];
  isUp = true;
  private readonly listeners = new Map<string, Set<GroupListener>>();
  private readonly reconnected: (() => void)[] = [];

  constructor(private readonly bus: UnreliableBus) {
    super();
  }

  hear(group: string, message: Message): void {
    if (!this.isUp) return;
    for (const listener of this.listeners.get(group) ?? []) listener(group, structuredClone(message));
  }

  break(): void {
    this.isUp = false;
    this.bus.lose(this);
  }

  mend(): void {
    if (this.isUp) return;
    this.isUp = true;
    for (const callback of this.reconnected) callback();
  }

  override groupSend(group: string, message: Message): Promise<void> {
    if (!this.isUp) return Promise.reject(new Error('the bus is away'));
    this.bus.send(group, message);
    return Promise.resolve();
  }

  override listen(groups: readonly string[], listener: GroupListener): Promise<void> {
    for (const group of groups) this.listeners.set(group, (this.listeners.get(group) ?? new Set()).add(listener));
    return Promise.resolve();
  }

  override unlisten(groups: readonly string[], listener: GroupListener): Promise<void> {
    for (const group of groups) this.listeners.get(group)?.delete(listener);
    return Promise.resolve();
  }

  override onReconnect(callback: () => void): void {
    this.reconnected.push(callback);
  }

  override close(): Promise<void> {
    this.break();
    this.bus.ends.delete(this);
    return Promise.resolve();
  }

  override ping = nothing;
  override flush = nothing;
  override send = nothing;
  override groupAdd = nothing;
  override groupDiscard = nothing;
  override receive = never;
  override newChannel = never;
}

function nothing(): Promise<void> {
  return Promise.resolve();
}

function never(): Promise<never> {
  return Promise.reject(new Error('not used by the model'));
}
