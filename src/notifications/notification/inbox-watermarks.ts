import { and, isNull, not, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { inboxes, notifications } from './notifications.table.js';

/**
 * When the owner read a notification of their own, either by itself or together with all up to a later one. Requires a
 * join with `inboxes`.
 */
export const ownReadAt: SQL<Date | null> = sql<Date | null>`coalesce(${notifications.readAt}, CASE
  WHEN ${notifications.settled} AND ${notifications.id} <= ${inboxes.readTo} THEN ${inboxes.readAt} END)`.mapWith(
  notifications.readAt,
);

/** The id up to which the user has read all their own settled notifications. */
function ownReadTo(userId: string): SQL {
  return sql`coalesce((SELECT read_to FROM inboxes WHERE user_id = ${userId}), '00000000-0000-0000-0000-000000000000'::uuid)`;
}

/** Notifications above the watermark are unread unless they were read individually. */
export function aboveWatermark(userId: string): SQL {
  return sql`${notifications.id} > ${ownReadTo(userId)}`;
}

/** Notifications that were read together with all others. */
export function belowWatermark(userId: string): SQL | undefined {
  return and(notifications.settled, sql`${notifications.id} <= ${ownReadTo(userId)}`);
}

/** Notifications with an id below the watermark that were committed after the watermark was set. */
export function lateArrivals(userId: string): SQL | undefined {
  return and(
    not(notifications.settled),
    sql`${notifications.id} <= ${ownReadTo(userId)}`,
    isNull(notifications.readAt),
  );
}

/**
 * Blocks senders from updating the counter until this transaction ends. Without a row, nothing has been counted yet.
 */
export function lockInbox(userId: string): SQL {
  return sql`SELECT unread FROM inboxes WHERE user_id = ${userId} FOR UPDATE`;
}

/**
 * Sets the id up to which the user has seen everything: `upTo`, by default the newest of their notifications and broadcasts. Never
 * moves it back. Returns it if it has changed.
 */
export function seeUpTo(userId: string, upTo: string | null): SQL {
  const newest = sql`greatest(
    (SELECT id FROM notifications WHERE user_id = any(ARRAY[${userId}]::text[]) AND hidden_at IS NULL
     ORDER BY user_id DESC, id DESC LIMIT 1),
    (SELECT notifications.id FROM notifications JOIN users ON users.id = ${userId}
     WHERE user_id IS NULL AND broadcast_number > broadcasts_before ORDER BY broadcast_number DESC LIMIT 1))`;
  return sql`
    INSERT INTO inboxes AS inbox (user_id, seen_to)
    SELECT ${userId}, seen.id FROM (SELECT ${upTo === null ? newest : sql`${upTo}::uuid`} AS id) AS seen WHERE seen.id IS NOT NULL
    ON CONFLICT (user_id) DO UPDATE SET seen_to = excluded.seen_to
      WHERE inbox.seen_to IS NULL OR inbox.seen_to < excluded.seen_to
    RETURNING seen_to`;
}

/**
 * Moves the watermark to the user's newest notification and marks the few notifications that are counted individually.
 * Returns the number of notifications that it marked. Must be a statement after `lockInbox`, so that it sees everything that was
 * counted.
 */
export function readAllOwn(userId: string): SQL {
  return sql`
    WITH single AS (
      UPDATE notifications SET read_at = now()
      WHERE user_id = ${userId} AND NOT settled AND read_at IS NULL AND hidden_at IS NULL RETURNING id
    ), moved AS (
      UPDATE inboxes SET unread = 0, read_at = now(), read_to = greatest(read_to, (
        SELECT id FROM notifications WHERE user_id = any(ARRAY[${userId}]::text[]) AND hidden_at IS NULL
        ORDER BY user_id DESC, id DESC LIMIT 1))
      WHERE user_id = ${userId} AND unread > 0
    )
    SELECT count(*) AS single FROM single`;
}
