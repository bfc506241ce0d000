/** Who is in one room, by node: members with a socket here, counted, and those that other nodes have told of. */
export class PresenceRoom {
  private readonly here = new Map<string, number>();
  private readonly elsewhere = new Map<string, ReadonlySet<string>>();
  /** Nodes whose report may be out of date, since messages were missed. */
  private doubtful: Set<string> | null = null;
  private sockets = 0;
  /** The other nodes have had time to say who is with them. */
  isSettled = false;
  /** Resolves when the other nodes were asked who is with them. */
  asked: Promise<void> = Promise.resolve();

  constructor(readonly name: string) {}

  /** A socket came; `member` is null for one that only looks on. True when this made a member online here. */
  enter(member: string | null): boolean {
    this.sockets += 1;
    if (member === null) return false;
    const count = (this.here.get(member) ?? 0) + 1;
    this.here.set(member, count);
    return count === 1;
  }

  /** The counterpart of `enter`. True when the member has no socket left here. */
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

  /** Another node says who is with it. */
  report(node: string, members: readonly string[]): void {
    this.doubtful?.delete(node);
    if (members.length > 0) this.elsewhere.set(node, new Set(members));
    else this.elsewhere.delete(node);
  }

  /** Marks what a node has reported, or what all have, as possibly out of date until its next report. */
  doubt(node: string | null): void {
    const nodes = [...this.elsewhere.keys()].filter((one) => node === null || one === node);
    if (nodes.length === 0) return;
    this.doubtful ??= new Set();
    for (const one of nodes) this.doubtful.add(one);
  }

  /** Forgets what is still doubtful of a node, or of all. True if that changed anything. */
  forgetDoubtful(node: string | null): boolean {
    const nodes = [...(this.doubtful ?? [])].filter((one) => node === null || one === node);
    for (const one of nodes) this.report(one, []);
    return nodes.length > 0;
  }

  /** Everybody who has a socket on any node. */
  online(): ReadonlySet<string> {
    const all = new Set(this.here.keys());
    for (const members of this.elsewhere.values()) for (const member of members) all.add(member);
    return all;
  }
}
