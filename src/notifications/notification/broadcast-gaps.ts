import { and, eq, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { broadcastsBefore, DISORDER, readTo } from './broadcast-watermarks.js';
import { timeConditions, withinBounds } from './notification-filter.js';
import type { IdBounds, NotificationFilter } from './notification-filter.js';
import { notifications } from './notifications.table.js';

/**
 * The broadcasts that a query reads. `all`: those that the user has not deleted. `unread`: those that the user has neither read
 * nor deleted. `read-together`: those that the user has read only by reading all.
 */
export type BroadcastsShown = 'all' | 'unread' | 'read-together';

export interface BroadcastQuery {
  readonly userId: string;
  readonly shown: BroadcastsShown;
  readonly filter: NotificationFilter;
  readonly bounds: IdBounds;
  readonly take: number;
}

/**
 * Ids (`found.id`) of the newest `take` broadcasts that match. Each step skips a whole range of marked or retracted broadcasts, and with a type
 * all broadcasts of other types before the next one of the type. So there are at most as many steps as broadcasts found and
 * interruptions between them, however many broadcasts are marked, retracted or of other types. Lists are sorted by id, which differs slightly
 * from the order of numbers, so some additional broadcasts are read.
 */
export function broadcastsFound({ userId, shown, filter, bounds, take }: BroadcastQuery): SQL {
  const { type } = filter;
  const wanted = sql`${take + DISORDER}::bigint`;
  const start = type === undefined ? sql`gap.next` : newestOfType(type, sql`gap.next`);
  const above = sql`greatest(marked.last_number, bounds.bottom)`;
  const matching = and(
    sql`user_id IS NULL AND broadcast_number BETWEEN ${above} + 1 AND newest.number`,
    type === undefined ? undefined : eq(notifications.notificationType, type),
    ...withinBounds(bounds),
    ...timeConditions(filter),
  );
  return sql`(
    WITH RECURSIVE bounds AS MATERIALIZED (
      SELECT ${bottomOf(userId, shown, bounds)} AS bottom, ${topOf(userId, shown, bounds)} AS top
    ),
    gap(next, found, ids) AS (
      SELECT top, 0::bigint, NULL::uuid[] FROM bounds
      UNION ALL
      SELECT least(newest.number, coalesce(marked.first_number, 0) - 1), gap.found + coalesce(cardinality(inside.ids), 0), inside.ids
      FROM gap CROSS JOIN bounds
      CROSS JOIN LATERAL (SELECT ${start} AS number) AS newest
      LEFT JOIN LATERAL (
        (SELECT first_number, last_number FROM broadcast_ranges
         WHERE user_id = ${userId} AND hidden = ${shown === 'all'} AND first_number <= newest.number
         ORDER BY first_number DESC LIMIT 1)
        UNION ALL
        (SELECT first_number, last_number FROM broadcast_retractions
         WHERE first_number <= newest.number ORDER BY first_number DESC LIMIT 1)
        ORDER BY last_number DESC LIMIT 1
      ) AS marked ON true
      CROSS JOIN LATERAL (
        -- The limit keeps the planner from reading all broadcasts.
        SELECT array_agg(id) AS ids FROM (
          SELECT id FROM notifications WHERE ${matching} ORDER BY broadcast_number DESC LIMIT ${wanted} - gap.found
        ) AS newest_inside
      ) AS inside
      WHERE newest.number > bounds.bottom AND gap.found < ${wanted}
    )
    SELECT id FROM gap CROSS JOIN LATERAL unnest(gap.ids) AS id ORDER BY id DESC LIMIT ${take}
  ) AS found`;
}

function newestOfType(type: string, atMost: SQL): SQL {
  return sql`(SELECT broadcast_number FROM notifications
    WHERE user_id IS NULL AND notification_type = ${type} AND broadcast_number <= ${atMost}
    ORDER BY broadcast_number DESC LIMIT 1)`;
}

/** Broadcasts up to this number are not read. */
function bottomOf(userId: string, shown: BroadcastsShown, { above }: IdBounds): SQL {
  const bottom = shown === 'unread' ? readTo(userId) : broadcastsBefore(userId);
  return above === null ? bottom : sql`greatest(${bottom}, ${numberBelow(above)} - ${DISORDER}::int)`;
}

/** Broadcasts above this number are not read. */
function topOf(userId: string, shown: BroadcastsShown, { below }: IdBounds): SQL {
  const top = shown === 'read-together' ? readTo(userId) : sql`(SELECT total FROM broadcast_total WHERE id = 1)`;
  return below === null ? top : sql`least(${top}, ${DISORDER}::int + ${numberBelow(below)})`;
}

/** The number of the broadcast whose id is the next one below `id`; 0: there is none. */
function numberBelow(id: string): SQL {
  return sql`coalesce((SELECT broadcast_number FROM notifications
    WHERE user_id IS NULL AND id < ${id} ORDER BY id DESC LIMIT 1), 0)`;
}
