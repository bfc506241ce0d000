const PREFIX = 'tidings.';

/**
 * The group of ours beside a group that Django shares. A Django consumer dies on a message type it does not know, so all
 * types that are only ours travel here, where Django never joins.
 */
export function ownGroup(name: string): string {
  return PREFIX + name;
}

/** The name a group of ours was made of, or the group's own when it is none. */
export function streamOf(group: string): string {
  return group.startsWith(PREFIX) ? group.slice(PREFIX.length) : group;
}
