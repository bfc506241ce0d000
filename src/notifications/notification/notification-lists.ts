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
  expiresAt: notifications.expiresAt,
};

/**
 * Newest first, by an index that starts with the user. When sorting by `id` alone and filtering by `user_id = ...`, the
 * planner may scan the primary key, and with it the notifications of all users.
 */
const byUserAndId = [desc(notifications.userId), desc(notifications.id)] as const;

const ownedBy = (userId: string): SQL => sql`${notifications.userId} = any(ARRAY[${userId}]::text[])`;

/** Whether the owner has seen a notification. Requires a join with `inboxes`. */
export const isSeen: SQL<boolean> = sql<boolean>`coalesce(${notifications.id} <= ${inboxes.seenTo}, false)`;

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
export async function listNotifications(
  db: Queryable,
  userId: string,
  filter: NotificationFilter,
  { after, take }: PageRequest,
): Promise<NotificationRow[]> {
  const seenTo = filter.seen === undefined ? null : await seenToOf(db, userId);
  const list = { userId, filter, bounds: boundsOf(filter, after, seenTo), take };
  const [first, second, ...others] = partsOf(db, list);
  return unionAll(first, second, ...others)
    .orderBy(desc(notifications.id))
    .limit(take);
}

async function seenToOf(db: Queryable, userId: string): Promise<string | null> {
  const [inbox] = await db.select({ seenTo: inboxes.seenTo }).from(inboxes).where(eq(inboxes.userId, userId));
  return inbox?.seenTo ?? null;
}

function partsOf(db: Queryable, list: List) {
  const { filter, userId } = list;
  if (filter.archived === true) return [ownArchived(db, list), broadcastsArchived(db, list)] as const;
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

/** The user's own notifications in the list. */
function own(db: Queryable, list: List, where: SQL | undefined) {
  return owned(db, list, and(isNull(notifications.hiddenAt), where));
}

function ownArchived(db: Queryable, list: List) {
  return owned(db, list, and(isNotNull(notifications.archivedAt), readCondition(list.filter, ownReadAt)));
}

function owned(db: Queryable, { userId, filter, bounds, take }: List, where: SQL | undefined) {
  const { type } = filter;
  return db
    .select({ ...shown, readAt: ownReadAt, archivedAt: notifications.archivedAt, isSeen })
    .from(notifications)
    .leftJoin(inboxes, eq(inboxes.userId, userId))
    .where(
      and(
        ownedBy(userId),
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
    .select({ ...shown, readAt: broadcastReadAt, archivedAt: broadcastMarks.archivedAt, isSeen })
    .from(notifications)
    .innerJoin(found, sql`${notifications.id} = found.id`)
    .leftJoin(inboxes, eq(inboxes.userId, userId))
    .leftJoin(broadcastWatermarks, eq(broadcastWatermarks.userId, userId))
    .leftJoin(broadcastMarks, markOf(userId))
    .orderBy(desc(notifications.id))
    .limit(take);
}

/** Broadcasts that the user has read one by one. */
function broadcastsReadAlone(db: Queryable, list: List) {
  return marked(db, list, and(isNotNull(broadcastMarks.readAt), isNull(broadcastMarks.hiddenAt)));
}

function broadcastsArchived(db: Queryable, list: List) {
  return marked(db, list, and(isNotNull(broadcastMarks.archivedAt), readCondition(list.filter, broadcastReadAt)));
}

/** `readAt`: when a notification was read. */
function readCondition({ unread }: NotificationFilter, readAt: SQL<Date | null>): SQL | undefined {
  if (unread === undefined) return undefined;
  return unread ? isNull(readAt) : isNotNull(readAt);
}

/** Broadcasts with a mark of the user. */
function marked(db: Queryable, { userId, filter, bounds, take }: List, where: SQL | undefined) {
  const { type } = filter;
  const { above, below } = bounds;
  const id = broadcastMarks.notificationId;
  return db
    .select({ ...shown, readAt: broadcastReadAt, archivedAt: broadcastMarks.archivedAt, isSeen })
    .from(broadcastMarks)
    .innerJoin(notifications, eq(notifications.id, id))
    .leftJoin(inboxes, eq(inboxes.userId, userId))
    .leftJoin(broadcastWatermarks, eq(broadcastWatermarks.userId, userId))
    .where(
      and(
        sql`${broadcastMarks.userId} = any(ARRAY[${userId}]::text[])`,
        where,
        isNull(notifications.retractedAt),
        above === null ? undefined : sql`${id} > ${above}`,
        below === null ? undefined : sql`${id} < ${below}`,
        type === undefined ? undefined : eq(notifications.notificationType, type),
        ...timeConditions(filter),
      ),
    )
    .orderBy(desc(broadcastMarks.userId), desc(id))
    .limit(take);
}

/** The mark of this user on a broadcast. */
export function markOf(userId: string): SQL | undefined {
  return and(eq(broadcastMarks.notificationId, notifications.id), eq(broadcastMarks.userId, userId));
}
