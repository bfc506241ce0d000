import { and, desc, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/pg-core';
import type { Queryable } from '../../database/backend/transaction.js';
import type { PageRequest } from '../../pagination/page.js';
import { broadcastsFound } from './broadcast-gaps.js';
import type { BroadcastsShown } from './broadcast-gaps.js';
import { broadcastReadAt } from './broadcast-watermarks.js';
import { aboveWatermark, belowWatermark, lateArrivals, ownReadAt } from './inbox-watermarks.js';
import { boundsOf, timeConditions, withinBounds } from './notification-filter.js';
import type { IdBounds, NotificationFilter } from './notification-filter.js';
import type { NotificationRow } from './notification-view.js';
import { broadcastMarks, broadcastWatermarks, inboxes, notifications } from './notifications.table.js';

/** The columns that lists and `find` read. */
export const shown = {
  id: notifications.id,
  userId: notifications.userId,
  notificationType: notifications.notificationType,
  title: notifications.title,
  message: notifications.message,
  data: notifications.data,
  createdAt: notifications.createdAt,
};

/**
 * Newest first, by an index that starts with the user. When sorting by `id` alone and filtering by `user_id = ...`, the
 * planner may scan the primary key, and with it the notifications of all users.
 */
const byUserAndId = [desc(notifications.userId), desc(notifications.id)] as const;

const ownedBy = (userId: string): SQL => sql`${notifications.userId} = any(ARRAY[${userId}]::text[])`;

/** What the parts of a list have in common. */
interface List {
  readonly userId: string;
  readonly filter: NotificationFilter;
  readonly bounds: IdBounds;
  readonly take: number;
}

/**
 * The user's own notifications and broadcasts, newest first. Each part of the union reads the start of an index, so its cost does
 * not grow with the notifications that the filter excludes.
 */
export function listNotifications(
  db: Queryable,
  userId: string,
  filter: NotificationFilter,
  { after, take }: PageRequest,
): Promise<NotificationRow[]> {
  const list = { userId, filter, bounds: boundsOf(filter, after), take };
  const [first, second, ...others] = partsOf(db, list);
  return unionAll(first, second, ...others)
    .orderBy(desc(notifications.id))
    .limit(take);
}

function partsOf(db: Queryable, list: List) {
  const { filter, userId } = list;
  switch (filter.unread) {
    case undefined:
      return [own(db, list, undefined), broadcasts(db, list, 'all')] as const;
    case true:
      return [
        own(db, list, and(isNull(notifications.readAt), aboveWatermark(userId))),
        own(db, list, lateArrivals(userId)),
        broadcasts(db, list, 'unread'),
      ] as const;
    case false:
      return [
        own(db, list, isNotNull(notifications.readAt)),
        own(db, list, and(isNull(notifications.readAt), belowWatermark(userId))),
        broadcasts(db, list, 'read-together'),
        broadcastsReadAlone(db, list),
      ] as const;
  }
}

/** The user's own notifications. */
function own(db: Queryable, { userId, filter, bounds, take }: List, where: SQL | undefined) {
  const { type } = filter;
  return db
    .select({ ...shown, readAt: ownReadAt })
    .from(notifications)
    .leftJoin(inboxes, eq(inboxes.userId, userId))
    .where(
      and(
        ownedBy(userId),
        isNull(notifications.hiddenAt),
        where,
        type === undefined ? undefined : eq(notifications.notificationType, type),
        ...withinBounds(bounds),
        ...timeConditions(filter),
      ),
    )
    .orderBy(...byUserAndId)
    .limit(take);
}

function broadcasts(db: Queryable, { userId, filter, bounds, take }: List, which: BroadcastsShown) {
  const found = broadcastsFound({ userId, shown: which, filter, bounds, take });
  return db
    .select({ ...shown, readAt: broadcastReadAt })
    .from(notifications)
    .innerJoin(found, sql`${notifications.id} = found.id`)
    .leftJoin(broadcastWatermarks, eq(broadcastWatermarks.userId, userId))
    .leftJoin(broadcastMarks, markOf(userId))
    .orderBy(desc(notifications.id))
    .limit(take);
}

/** Broadcasts that the user has read one by one. */
function broadcastsReadAlone(db: Queryable, { userId, filter, bounds, take }: List) {
  const { type } = filter;
  const { above, below } = bounds;
  const marked = broadcastMarks.notificationId;
  return db
    .select({ ...shown, readAt: broadcastMarks.readAt })
    .from(broadcastMarks)
    .innerJoin(notifications, eq(notifications.id, marked))
    .where(
      and(
        sql`${broadcastMarks.userId} = any(ARRAY[${userId}]::text[])`,
        isNotNull(broadcastMarks.readAt),
        isNull(broadcastMarks.hiddenAt),
        isNull(notifications.retractedAt),
        above === null ? undefined : sql`${marked} > ${above}`,
        below === null ? undefined : sql`${marked} < ${below}`,
        type === undefined ? undefined : eq(notifications.notificationType, type),
        ...timeConditions(filter),
      ),
    )
    .orderBy(desc(broadcastMarks.userId), desc(marked))
    .limit(take);
}

/** The mark of this user on a broadcast. */
export function markOf(userId: string): SQL | undefined {
  return and(eq(broadcastMarks.notificationId, notifications.id), eq(broadcastMarks.userId, userId));
}
