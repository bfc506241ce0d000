import { Injectable } from '@nestjs/common';
import { eq, inArray, sql } from 'drizzle-orm';
import { users } from '../../auth/users/users.table.js';
import { execute } from '../../database/execute.js';
import type { Queryable } from '../../database/backend/transaction.js';
import type { PageRequest } from '../../pagination/page.js';
import { broadcastReadAt, readAllBroadcasts } from './broadcast-watermarks.js';
import { lockInbox, ownReadAt, readAllOwn } from './inbox-watermarks.js';
import { listNotifications, markOf, shown } from './notification-lists.js';
import type { NotificationFilter } from './notification-filter.js';
import type { NotificationRow } from './notification-view.js';
import { broadcastMarks, broadcastWatermarks, inboxes, notifications } from './notifications.table.js';

export type NewNotification = typeof notifications.$inferInsert;

/** A notification and its state for one user. */
export interface NotificationState extends NotificationRow {
  readonly isBroadcast: boolean;
  /** The notification belongs to the user, or is a broadcast sent after the user was created. */
  readonly isRecipient: boolean;
  readonly hiddenAt: Date | null;
}

/** Notifications of users and broadcasts. Every method takes the database or the transaction to use. */
@Injectable()
export class NotificationsRepository {
  async insert(db: Queryable, rows: readonly NewNotification[]): Promise<NotificationRow[]> {
    const inserted = await db
      .insert(notifications)
      .values(rows.map((row) => ({ ...row, settled: true })))
      .returning({ ...shown, readAt: notifications.readAt });
    const byId = new Map(inserted.map((row) => [row.id, row]));
    return rows.map(({ id }) => byId.get(id) as NotificationRow);
  }

  /** The user's own notifications and broadcasts, newest first. */
  list(db: Queryable, userId: string, filter: NotificationFilter, page: PageRequest): Promise<NotificationRow[]> {
    return listNotifications(db, userId, filter, page);
  }

  /** The notification and its state for the user, or null if it does not exist. */
  async find(db: Queryable, userId: string, id: string): Promise<NotificationState | null> {
    const [row] = await db
      .select({
        ...shown,
        readByOwnerAt: ownReadAt,
        rowHiddenAt: notifications.hiddenAt,
        retractedAt: notifications.retractedAt,
        markReadAt: broadcastReadAt,
        markHiddenAt: broadcastMarks.hiddenAt,
        receivedBroadcast: sql<boolean | null>`${notifications.broadcastNumber} > ${users.broadcastsBefore}`,
      })
      .from(notifications)
      .leftJoin(users, eq(users.id, userId))
      .leftJoin(broadcastWatermarks, eq(broadcastWatermarks.userId, userId))
      .leftJoin(broadcastMarks, markOf(userId))
      .leftJoin(inboxes, eq(inboxes.userId, userId))
      .where(eq(notifications.id, id));
    if (!row) return null;
    const { readByOwnerAt, rowHiddenAt, markReadAt, markHiddenAt, receivedBroadcast, ...rest } = row;
    return rest.userId === null
      ? {
          ...rest,
          isBroadcast: true,
          isRecipient: receivedBroadcast === true,
          readAt: markReadAt,
          hiddenAt: rowHiddenAt ?? markHiddenAt,
        }
      : {
          ...rest,
          isBroadcast: false,
          isRecipient: rest.userId === userId,
          readAt: readByOwnerAt,
          hiddenAt: rowHiddenAt,
        };
  }

  async markRead(db: Queryable, userId: string, notification: NotificationState): Promise<void> {
    if (notification.isBroadcast) return this.mark(db, userId, notification.id, 'readAt');
    await db
      .update(notifications)
      .set({ readAt: sql`now()` })
      .where(eq(notifications.id, notification.id));
  }

  /** Marks unread notifications of the user and broadcasts as read. */
  async markManyRead(db: Queryable, userId: string, unread: readonly NotificationRow[]): Promise<void> {
    const ids = (isBroadcast: boolean): string[] =>
      unread.filter((row) => (row.userId === null) === isBroadcast).map(({ id }) => id);
    const [own, broadcasts] = [ids(false), ids(true)];
    const now = sql`now()`;
    if (own.length > 0) await db.update(notifications).set({ readAt: now }).where(inArray(notifications.id, own));
    if (broadcasts.length === 0) return;
    await db
      .insert(broadcastMarks)
      .values(broadcasts.map((notificationId) => ({ userId, notificationId, readAt: now })))
      .onConflictDoUpdate({
        target: [broadcastMarks.userId, broadcastMarks.notificationId],
        set: { readAt: now },
      });
  }

  async hide(db: Queryable, userId: string, notification: NotificationState): Promise<void> {
    if (notification.isBroadcast) return this.mark(db, userId, notification.id, 'hiddenAt');
    await db
      .update(notifications)
      .set({ hiddenAt: sql`now()` })
      .where(eq(notifications.id, notification.id));
  }

  /** Marks all unread notifications as read. Returns how many were unread. */
  async markAllRead(db: Queryable, userId: string): Promise<number> {
    const { rows: counted } = await execute<{ unread: string }>(db, lockInbox(userId));
    const { rows: own } = await execute<{ single: string }>(db, readAllOwn(userId));
    const { rows: broadcasts } = await execute<{ broadcasts: string }>(db, readAllBroadcasts(userId));
    return [counted[0]?.unread, own[0]?.single, broadcasts[0]?.broadcasts].reduce((sum, n) => sum + Number(n ?? 0), 0);
  }

  private async mark(
    db: Queryable,
    userId: string,
    notificationId: string,
    what: 'readAt' | 'hiddenAt',
  ): Promise<void> {
    await db
      .insert(broadcastMarks)
      .values({ userId, notificationId, [what]: sql`now()` })
      .onConflictDoUpdate({
        target: [broadcastMarks.userId, broadcastMarks.notificationId],
        set: { [what]: sql`now()` },
      });
  }
}
