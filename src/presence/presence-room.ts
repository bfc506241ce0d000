/** Who is in one room, by node: members with a socket here, counted, and those that other nodes have told of. */
export class PresenceRoom {
  private readonly here = new Map<string, number>();
  private readonly elsewhere = new Map<string, ReadonlySet<string>>();
  private sockets = 0;
  /** The other nodes have had time to say who is with them. */
  isSettled = false;

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
    if (members.length > 0) this.elsewhere.set(node, new Set(members));
    else this.elsewhere.delete(node);
  }

  /** Everybody who has a socket on any node. */
  online(): ReadonlySet<string> {
    const all = new Set(this.here.keys());
    for (const members of this.elsewhere.values()) for (const member of members) all.add(member);
    return all;
  }
}
