const PREFIX = 'tidings.';

/**
 * The name of our own group for a group shared with Django. A Django consumer fails on message types it does not know, so
 * message types that only Tidings knows use this group, which Django never joins.
 */
export function ownGroup(name: string): string {
  return PREFIX + name;
}

/** The name that was passed to `ownGroup`. Any other group is returned as it is. */
export function streamOf(group: string): string {
  return group.startsWith(PREFIX) ? group.slice(PREFIX.length) : group;
}
