import { desc, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { users } from './users.table.js';

/** The key of a user in a list, for cursors: milliseconds since 1970, and the id. */
export const USER_PLACE = /^(\d{1,15})_(.{1,255})$/su;

/** Newest first. An index has this order. */
export const NEWEST_USERS_FIRST = [desc(users.createdAt), desc(users.id)] as const;

export function userPlace({ createdAt, id }: { readonly createdAt: Date; readonly id: string }): string {
  return `${createdAt.getTime()}_${id}`;
}

/** The users after the one with this place. */
export function usersAfter(place: string): SQL {
  const [, time = '', id = ''] = USER_PLACE.exec(place) ?? [];
  return sql`(${users.createdAt}, ${users.id}) < (to_timestamp(${Number(time)}::double precision / 1000), ${id})`;
}
