import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { broadcastsBefore, DISORDER, readTo } from './broadcast-watermarks.js';

/** Which broadcasts a list has: all that the user did not delete, or those that they have neither read nor deleted. */
export type BroadcastsShown = 'all' | 'unread';

/**
 * Ids (`found.id`) of the newest `take` broadcasts of a list, those below `after` if that is given. Each step goes over a whole range of
 * marked broadcasts, so the steps are at most as many as the broadcasts found, however many were marked. Lists are in the order of
 * ids: some more are looked at, since that differs a little from the order of numbers.
 */
export function broadcastsFound(userId: string, shown: BroadcastsShown, after: string | null, take: number): SQL {
  const bottom = shown === 'unread' ? readTo(userId) : broadcastsBefore(userId);
  const total = sql`(SELECT total FROM broadcast_total WHERE id = 1)`;
  const top =
    after === null
      ? total
      : sql`least(${total}, ${DISORDER}::int + coalesce((SELECT broadcast_number FROM notifications
          WHERE user_id IS NULL AND id < ${after} ORDER BY id DESC LIMIT 1), 0))`;
  const wanted = sql`${take + (after === null ? 1 : 3) * DISORDER}::bigint`;
  const above = sql`greatest(marked.last_number, bounds.bottom, gap.next - (${wanted} - gap.found))`;
  return sql`(
    WITH RECURSIVE bounds AS MATERIALIZED (SELECT ${bottom} AS bottom, ${top} AS top),
    gap(lo, hi, next, found) AS (
      SELECT NULL::bigint, NULL::bigint, top, 0::bigint FROM bounds
      UNION ALL
      SELECT ${above} + 1, gap.next, coalesce(marked.first_number, 0) - 1, gap.found + greatest(gap.next - ${above}, 0)
      FROM gap CROSS JOIN bounds
      LEFT JOIN LATERAL (
        SELECT first_number, last_number FROM broadcast_ranges
        WHERE user_id = ${userId} AND hidden = ${shown === 'all'} AND first_number <= gap.next
        ORDER BY first_number DESC LIMIT 1
      ) AS marked ON true
      WHERE gap.next > bounds.bottom AND gap.found < ${wanted}
    )
    -- The limits keep the planner from reading all broadcasts.
    SELECT broadcast.id FROM gap CROSS JOIN LATERAL (
      SELECT id FROM notifications WHERE user_id IS NULL AND broadcast_number BETWEEN gap.lo AND gap.hi
      ORDER BY broadcast_number DESC LIMIT ${wanted}
    ) AS broadcast
    WHERE gap.hi >= gap.lo ${after === null ? sql`` : sql`AND broadcast.id < ${after}`}
    ORDER BY broadcast.id DESC LIMIT ${take}
  ) AS found`;
}
