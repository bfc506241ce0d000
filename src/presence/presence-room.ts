/** The members of one room: those with sockets on this node, counted, and those that other nodes have reported. */
export class PresenceRoom {
  private readonly here = new Map<string, number>();
  private readonly elsewhere = new Map<string, ReadonlySet<string>>();
  /** Nodes whose report may be out of date, because messages were missed. */
  private doubtful: Set<string> | null = null;
  private sockets = 0;
  /** True when the other nodes have had time to report their members. */
  isSettled = false;
  /** Resolves when the other nodes were asked for their members. */
  asked: Promise<void> = Promise.resolve();

  constructor(readonly name: string) {}

  /** Adds a socket; `member` is null for an observer. Returns true if it is the member's first socket on this node. */
  enter(member: string | null): boolean {
    this.sockets += 1;
    if (member === null) return false;
    const count = (this.here.get(member) ?? 0) + 1;
    this.here.set(member, count);
    return count === 1;
  }

  /** Undoes one `enter`. Returns true if the member has no socket left on this node. */
  leave(member: string | null): boolean {
    this.sockets -= 1;
    if (member === null) return false;
    const count = (this.here.get(member) ?? 0) - 1;
    if (count > 0) {
      this.here.set(member, count);
      return false;
    }
    return this.here.delete(member);
  }

  get isEmpty(): boolean {
    return this.sockets === 0;
  }

  /** Members with a socket on this node. */
  membersHere(): string[] {
    return [...this.here.keys()];
  }

  /** Stores the report of another node, in place of its last one. */
  report(node: string, members: readonly string[]): void {
    this.doubtful?.delete(node);
    if (members.length > 0) this.elsewhere.set(node, new Set(members));
    else this.elsewhere.delete(node);
  }

  /** Marks the report of a node, or of all nodes if null, as possibly out of date until its next report. */
  doubt(node: string | null): void {
    const nodes = [...this.elsewhere.keys()].filter((one) => node === null || one === node);
    if (nodes.length === 0) return;
    this.doubtful ??= new Set();
    for (const one of nodes) this.doubtful.add(one);
  }

  /** Discards the report of a node, or of all nodes if null, that is still doubtful. Returns true if that changed anything. */
  forgetDoubtful(node: string | null): boolean {
    const nodes = [...(this.doubtful ?? [])].filter((one) => node === null || one === node);
    for (const one of nodes) this.report(one, []);
    return nodes.length > 0;
  }

  /** All members with a socket on any node. */
  online(): ReadonlySet<string> {
    const all = new Set(this.here.keys());
    for (const members of this.elsewhere.values()) for (const member of members) all.add(member);
    return all;
  }
}
