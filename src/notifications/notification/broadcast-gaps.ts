import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { broadcastsBefore, DISORDER, readTo } from './broadcast-watermarks.js';

/**
 * The broadcasts in a list. `all`: those that the user has not deleted. `unread`: those that the user has neither read
 * nor deleted.
 */
export type BroadcastsShown = 'all' | 'unread';

/**
 * Ids (`found.id`) of the newest `take` broadcasts of a list, below `after` if given. Each step skips a whole range of
 * marked broadcasts, so there are at most as many steps as broadcasts found, however many are marked. Lists are sorted
 * by id, which differs slightly from the order of numbers, so some additional broadcasts are read.
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
