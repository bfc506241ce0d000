/** The members of one room: those with sockets on this node, counted, and those that other nodes have reported. */
export class PresenceRoom {
  private readonly local = new Map<string, number>();
  private readonly remote = new Map<string, ReadonlySet<string>>();
  /** Nodes whose report may be out of date, because messages were missed. */
  private stale: Set<string> | null = null;
  private sockets = 0;
  /** True when the other nodes have had time to report their members. */
  isSettled = false;
  /** Resolves when the other nodes were asked to report their members. */
  requested: Promise<void> = Promise.resolve();

  constructor(readonly name: string) {}

  /** Adds a socket; `member` is null for an observer. Returns true if it is the member's first socket on this node. */
  enter(member: string | null): boolean {
    this.sockets += 1;
    if (member === null) return false;
    const count = (this.local.get(member) ?? 0) + 1;
    this.local.set(member, count);
    return count === 1;
  }

  /** Undoes one `enter`. Returns true if the member has no socket left on this node. */
  leave(member: string | null): boolean {
    this.sockets -= 1;
    if (member === null) return false;
    const count = (this.local.get(member) ?? 0) - 1;
    if (count > 0) {
      this.local.set(member, count);
      return false;
    }
    return this.local.delete(member);
  }

  get isEmpty(): boolean {
    return this.sockets === 0;
  }

  /** Members with a socket on this node. */
  localMembers(): string[] {
    return [...this.local.keys()];
  }

  /** Stores the report of another node, in place of its last one. */
  report(node: string, members: readonly string[]): void {
    this.stale?.delete(node);
    if (members.length > 0) this.remote.set(node, new Set(members));
    else this.remote.delete(node);
  }

  /** Marks the report of a node, or of all nodes if null, as possibly out of date until its next report. */
  markStale(node: string | null): void {
    const nodes = [...this.remote.keys()].filter((other) => node === null || other === node);
    if (nodes.length === 0) return;
    this.stale ??= new Set();
    for (const other of nodes) this.stale.add(other);
  }

  /** Discards the report of a node, or of all nodes if null, that is still stale. Returns true if that changed anything. */
  discardStale(node: string | null): boolean {
    const nodes = [...(this.stale ?? [])].filter((other) => node === null || other === node);
    for (const other of nodes) this.report(other, []);
    return nodes.length > 0;
  }

  /** All members with a socket on any node. */
  online(): ReadonlySet<string> {
    const all = new Set(this.local.keys());
    for (const members of this.remote.values()) for (const member of members) all.add(member);
    return all;
  }
}
