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

/** How many broadcasts with numbers up to `bound` were retracted. */
function retractedUpTo(bound: SQL): SQL {
  return sql`coalesce((SELECT before + least(${bound}, last_number) - first_number + 1 FROM broadcast_retractions
    WHERE first_number <= ${bound} ORDER BY first_number DESC LIMIT 1), 0)`;
}

/**
 * How many broadcasts with numbers above `bound` and up to `total` were retracted and are not marked by the user. Its cost grows
 * only with the number of retractions whose marks are still being deleted.
 */
export function retractedAbove(userId: SQL, bound: SQL, total: SQL): SQL {
  return sql`(${retractedUpTo(total)} - ${retractedUpTo(bound)} - (
    SELECT count(*) FROM unsettled_retractions AS retracted
    JOIN broadcast_marks mark ON mark.notification_id = retracted.notification_id AND mark.user_id = ${userId}
    WHERE retracted.broadcast_number > ${bound}))`;
}

/** Moves the watermark to the newest broadcast. Returns how many were unread, or no row if all were read. */
export function readAllBroadcasts(userId: string): SQL {
  return sql`
    WITH bound AS MATERIALIZED (SELECT ${readTo(userId)} AS number), unread AS (
      SELECT total, total - bound.number - coalesce(
        (SELECT broadcasts_seen FROM inboxes WHERE user_id = ${userId}), 0)
        - ${retractedAbove(sql`${userId}`, sql`bound.number`, sql`total`)} AS broadcasts
      FROM broadcast_total CROSS JOIN bound WHERE id = 1
    )
    INSERT INTO broadcast_watermarks (user_id, read_to, read_at)
    SELECT ${userId}, total, now() FROM unread WHERE broadcasts > 0
    ON CONFLICT (user_id) DO UPDATE SET read_to = excluded.read_to, read_at = excluded.read_at
    RETURNING (SELECT broadcasts FROM unread) AS broadcasts`;
}
