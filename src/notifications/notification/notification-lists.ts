import { and, desc, eq, isNotNull, isNull, lt, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/pg-core';
import type { Queryable } from '../../database/backend/transaction.js';
import type { PageRequest } from '../../pagination/page.js';
import { broadcastsFound } from './broadcast-gaps.js';
import { broadcastReadAt, broadcastsBefore, readTo, sentAfter } from './broadcast-watermarks.js';
import { aboveWatermark, lateArrivals, ownReadAt } from './inbox-watermarks.js';
import type { NotificationRow } from './notification-view.js';
import { broadcastMarks, broadcastWatermarks, inboxes, notifications } from './notifications.table.js';

export interface NotificationFilter {
  /** true: unread only, false: read only, undefined: both. */
  readonly unread?: boolean;
  readonly type?: string;
}

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

const unread = sql<Date | null>`NULL::timestamptz`.mapWith(notifications.readAt);

/** The user's own notifications and broadcasts, newest first. */
export function listNotifications(
  db: Queryable,
  userId: string,
  filter: NotificationFilter,
  page: PageRequest,
): Promise<NotificationRow[]> {
  const owned = filter.unread === true ? ownUnread(db, userId, filter, page) : own(db, userId, filter, page);
  const broadcasts =
    filter.unread === false || filter.type !== undefined
      ? filteredBroadcasts(db, userId, filter, page)
      : broadcastsInGaps(db, userId, filter, page);
  return unionAll(owned, broadcasts).orderBy(desc(notifications.id)).limit(page.take);
}

/** The user's own notifications, all or only those read. */
function own(db: Queryable, userId: string, filter: NotificationFilter, page: PageRequest) {
  return db
    .select({ ...shown, readAt: ownReadAt })
    .from(notifications)
    .leftJoin(inboxes, eq(inboxes.userId, userId))
    .where(
      and(
        ownedBy(userId),
        isNull(notifications.hiddenAt),
        filter.unread === false ? isNotNull(ownReadAt) : undefined,
        ...conditions(filter, page),
      ),
    )
    .orderBy(...byUserAndId)
    .limit(page.take);
}

/**
 * The user's own unread notifications, as a union of two queries. Each of them reads the start of an index, so
 * notifications read or deleted earlier cost nothing.
 */
function ownUnread(db: Queryable, userId: string, filter: NotificationFilter, page: PageRequest) {
  const part = (where: SQL | undefined) =>
    db
      .select({ ...shown, readAt: unread })
      .from(notifications)
      .where(
        and(
          ownedBy(userId),
          isNull(notifications.hiddenAt),
          isNull(notifications.readAt),
          where,
          ...conditions(filter, page),
        ),
      )
      .orderBy(...byUserAndId)
      .limit(page.take);
  return unionAll(part(aboveWatermark(userId)), part(lateArrivals(userId)));
}

/** Broadcasts, all or only those unread. */
function broadcastsInGaps(db: Queryable, userId: string, filter: NotificationFilter, page: PageRequest) {
  const found = broadcastsFound(userId, filter.unread === true ? 'unread' : 'all', page.after, page.take);
  return db
    .select({ ...shown, readAt: broadcastReadAt })
    .from(notifications)
    .innerJoin(found, sql`${notifications.id} = found.id`)
    .leftJoin(broadcastWatermarks, eq(broadcastWatermarks.userId, userId))
    .leftJoin(broadcastMarks, markOf(userId))
    .orderBy(desc(notifications.id))
    .limit(page.take);
}

/** Broadcasts of one type, and broadcasts that were read. */
function filteredBroadcasts(db: Queryable, userId: string, filter: NotificationFilter, page: PageRequest) {
  return db
    .select({ ...shown, readAt: broadcastReadAt })
    .from(notifications)
    .leftJoin(broadcastWatermarks, eq(broadcastWatermarks.userId, userId))
    .leftJoin(broadcastMarks, markOf(userId))
    .where(
      and(
        sentAfter(filter.unread === true ? readTo(userId) : broadcastsBefore(userId)),
        isNull(notifications.hiddenAt),
        isNull(broadcastMarks.hiddenAt),
        // Above the watermark, a broadcast is read only if it has a mark. The planner estimates a column better than an
        // expression.
        filter.unread === true ? isNull(broadcastMarks.readAt) : undefined,
        filter.unread === false ? isNotNull(broadcastReadAt) : undefined,
        ...conditions(filter, page),
      ),
    )
    .orderBy(...byUserAndId)
    .limit(page.take);
}

/** The mark of this user on a broadcast. */
export function markOf(userId: string): SQL | undefined {
  return and(eq(broadcastMarks.notificationId, notifications.id), eq(broadcastMarks.userId, userId));
}

function conditions({ type }: NotificationFilter, { after }: PageRequest): SQL[] {
  return [
    ...(after === null ? [] : [lt(notifications.id, after)]),
    ...(type === undefined ? [] : [eq(notifications.notificationType, type)]),
  ];
}
