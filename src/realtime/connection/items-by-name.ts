/**
 * Items by name. A name with one item, the usual case, has no Set: a Set for each name would take more memory than everything
 * else of an idle socket.
 */
export class ItemsByName<Item extends object> {
  private readonly items = new Map<string, Item | Set<Item>>();

  has(name: string): boolean {
    return this.items.has(name);
  }

  /** The items of a name, in the order in which they were added. */
  get(name: string): Iterable<Item> {
    const found = this.items.get(name);
    if (found === undefined) return NONE;
    return found instanceof Set ? found : [found];
  }

  count(name: string): number {
    const found = this.items.get(name);
    if (found === undefined) return 0;
    return found instanceof Set ? found.size : 1;
  }

  add(name: string, item: Item): void {
    const found = this.items.get(name);
    if (found === undefined) this.items.set(name, item);
    else if (found instanceof Set) found.add(item);
    else if (found !== item) this.items.set(name, new Set([found, item]));
  }

  remove(name: string, item: Item): void {
    const found = this.items.get(name);
    if (found instanceof Set) {
      found.delete(item);
      if (found.size > 0) return;
    } else if (found !== item) {
      return;
    }
    this.items.delete(name);
  }
}

const NONE: readonly never[] = [];
