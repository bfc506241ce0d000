import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { broadcastMarks, broadcastWatermarks, notifications } from './notifications.table.js';

/**
 * The maximum number of places by which the order of ids may differ from the order of broadcast numbers. Nodes create ids from
 * their clocks.
 */
export const DISORDER = 100;

/** When the user read a broadcast, either by itself or together with all up to a later broadcast. */
export const broadcastReadAt = sql<Date | null>`coalesce(${broadcastMarks.readAt}, CASE
  WHEN ${notifications.broadcastNumber} <= ${broadcastWatermarks.readTo} THEN ${broadcastWatermarks.readAt} END)`.mapWith(
  notifications.readAt,
);

/** The number of the last broadcast sent before the user was created. */
export function broadcastsBefore(userId: string): SQL {
  return sql`(SELECT broadcasts_before FROM users WHERE id = ${userId})`;
}

/** The number up to which the user has read all broadcasts. */
export function readTo(userId: string): SQL {
  return sql`(SELECT greatest(users.broadcasts_before, watermark.read_to) FROM users
    LEFT JOIN broadcast_watermarks watermark ON watermark.user_id = users.id WHERE users.id = ${userId})`;
}

/** Moves the watermark to the newest broadcast. Returns how many were unread, or no row if all were read. */
export function readAllBroadcasts(userId: string): SQL {
  return sql`
    WITH unread AS (
      SELECT total, total - ${readTo(userId)} - coalesce(
        (SELECT broadcasts_seen FROM inboxes WHERE user_id = ${userId}), 0) AS broadcasts
      FROM broadcast_total WHERE id = 1
    )
    INSERT INTO broadcast_watermarks (user_id, read_to, read_at)
    SELECT ${userId}, total, now() FROM unread WHERE broadcasts > 0
    ON CONFLICT (user_id) DO UPDATE SET read_to = excluded.read_to, read_at = excluded.read_at
    RETURNING (SELECT broadcasts FROM unread) AS broadcasts`;
}
