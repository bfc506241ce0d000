import type { GroupListener } from './channel-layer.js';
import type { Message } from './message.js';

/** Which listeners of this process hear which group. */
export class GroupListeners {
  private readonly groups = new Map<string, Set<GroupListener>>();

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

  /** True when this is the group's first listener. */
  add(group: string, listener: GroupListener): boolean {
    const listeners = this.groups.get(group);
    if (!listeners) {
      this.groups.set(group, new Set([listener]));
      return true;
    }
    listeners.add(listener);
    return false;
  }

  /** True when this was the group's last listener. */
  remove(group: string, listener: GroupListener): boolean {
    const listeners = this.groups.get(group);
    if (!listeners?.delete(listener) || listeners.size > 0) return false;
    return this.groups.delete(group);
  }

  /** Hot: called for every message of every group; no closure, no promise, no copy. */
  dispatch(group: string, message: Message): void {
    const listeners = this.groups.get(group);
    if (!listeners) return;
    for (const listener of listeners) {
      try {
        listener(group, message);
      } catch (error) {
        this.warn(`A listener of group ${group} threw, which it must not: ${String(error)}`);
      }
    }
  }

  clear(): void {
    this.groups.clear();
  }
}
