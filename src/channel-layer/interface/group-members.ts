/** Seconds after which the membership of a channel in a group expires, as in the Channels specification. */
export const GROUP_EXPIRY_SECONDS = 86_400;

/** The members of each group among the channels of this process, for backends that keep membership on the node. */
export class GroupMembers {
  /** By group, then by channel: the time of joining in milliseconds. */
  private readonly groups = new Map<string, Map<string, number>>();

  constructor(private readonly now: () => number) {}

  has(group: string): boolean {
    return this.groups.has(group);
  }

  get names(): IterableIterator<string> {
    return this.groups.keys();
  }

  add(group: string, channel: string): void {
    let members = this.groups.get(group);
    if (!members) this.groups.set(group, (members = new Map<string, number>()));
    members.set(channel, this.now());
  }

  remove(group: string, channel: string): void {
    const members = this.groups.get(group);
    if (members?.delete(channel) && members.size === 0) this.groups.delete(group);
  }

  /** The channels in a group, without expired memberships. */
  channels(group: string): Iterable<string> {
    const members = this.groups.get(group);
    if (!members) return [];
    const oldest = this.now() - GROUP_EXPIRY_SECONDS * 1000;
    for (const [channel, joined] of members) if (joined <= oldest) this.remove(group, channel);
    return members.keys();
  }

  clear(): void {
    this.groups.clear();
  }
}
