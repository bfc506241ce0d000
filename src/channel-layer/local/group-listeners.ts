import type { GroupListener } from '../interface/channel-layer.js';
import type { Message } from '../interface/message.js';

/**
 * The listeners of this process, by group. A process with many sockets has a hundred thousand groups with the same single
 * listener; these groups share one array.
 */
export class GroupListeners {
  private readonly groups = new Map<string, readonly GroupListener[]>();
  private readonly sharedArrays = new WeakMap<GroupListener, readonly GroupListener[]>();

  constructor(private readonly warn: (text: string) => void) {}

  get names(): IterableIterator<string> {
    return this.groups.keys();
  }

  get size(): number {
    return this.groups.size;
  }

  has(group: string): boolean {
    return this.groups.has(group);
  }

  /** Returns true if this is the group's first listener. */
  add(group: string, listener: GroupListener): boolean {
    const listeners = this.groups.get(group);
    if (!listeners) this.groups.set(group, this.sharedArrayOf(listener));
    else if (!listeners.includes(listener)) this.groups.set(group, [...listeners, listener]);
    return !listeners;
  }

  /** Returns true if this was the group's last listener. */
  remove(group: string, listener: GroupListener): boolean {
    const listeners = this.groups.get(group);
    if (!listeners?.includes(listener)) return false;
    if (listeners.length === 1) return this.groups.delete(group);
    this.groups.set(
      group,
      listeners.filter((other) => other !== listener),
    );
    return false;
  }

  /** Hot path: called for every message of every group, so no closure, promise or copy. */
  dispatch(group: string, message: Message): void {
    const listeners = this.groups.get(group);
    if (!listeners) return;
    for (const listener of listeners) {
      try {
        listener(group, message);
      } catch (error) {
        this.warn(`A listener of group ${group} threw an error: ${String(error)}`);
      }
    }
  }

  clear(): void {
    this.groups.clear();
  }

  private sharedArrayOf(listener: GroupListener): readonly GroupListener[] {
    let array = this.sharedArrays.get(listener);
    if (!array) this.sharedArrays.set(listener, (array = [listener]));
    return array;
  }
}
