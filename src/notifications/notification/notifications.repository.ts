import { Injectable } from '@nestjs/common';
import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { users } from '../../auth/users/users.table.js';
import { execute } from '../../database/execute.js';
import type { Queryable } from '../../database/backend/transaction.js';
import type { PageRequest } from '../../pagination/page.js';
import { broadcastReadAt, readAllBroadcasts } from './broadcast-watermarks.js';
import { lockInbox, ownReadAt, readAllOwn, seeUpTo } from './inbox-watermarks.js';
import { isSeen, listNotifications, markOf, shown } from './notification-lists.js';
import type { NotificationFilter } from './notification-filter.js';
import type { NotificationRow } from './notification-view.js';
import { broadcastMarks, broadcastWatermarks, inboxes, notifications } from './notifications.table.js';

const NOW = sql`now()`;

export type NewNotification = typeof notifications.$inferInsert;

/** A notification and its state for one user. */
export interface NotificationState extends NotificationRow {
  readonly isBroadcast: boolean;
  /** The notification belongs to the user, or is a broadcast sent after the user was created. */
  readonly isRecipient: boolean;
  /** When it left the list of the user; null: it is in the list. */
  readonly hiddenAt: Date | null;
  readonly archivedAt: Date | null;
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
        ownArchivedAt: notifications.archivedAt,
        markArchivedAt: broadcastMarks.archivedAt,
        isSeen,
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
    const { readByOwnerAt, rowHiddenAt, markReadAt, markHiddenAt, receivedBroadcast, ...others } = row;
    const { ownArchivedAt, markArchivedAt, ...rest } = others;
    return rest.userId === null
      ? {
          ...rest,
          isBroadcast: true,
          isRecipient: receivedBroadcast === true,
          readAt: markReadAt,
          hiddenAt: rowHiddenAt ?? markHiddenAt,
          archivedAt: rowHiddenAt ? null : markArchivedAt,
        }
      : {
          ...rest,
          isBroadcast: false,
          isRecipient: rest.userId === userId,
          readAt: readByOwnerAt,
          hiddenAt: rowHiddenAt,
          archivedAt: ownArchivedAt,
        };
  }

  async markRead(db: Queryable, userId: string, notification: NotificationState): Promise<void> {
    if (notification.isBroadcast) return this.mark(db, userId, notification.id, { readAt: NOW });
    await db.update(notifications).set({ readAt: NOW }).where(eq(notifications.id, notification.id));
  }

  /** Marks unread notifications of the user and broadcasts as read. */
  async markManyRead(db: Queryable, userId: string, unread: readonly NotificationRow[]): Promise<void> {
    const ids = (isBroadcast: boolean): string[] =>
      unread.filter((row) => (row.userId === null) === isBroadcast).map(({ id }) => id);
    const [own, broadcasts] = [ids(false), ids(true)];
    if (own.length > 0) await db.update(notifications).set({ readAt: NOW }).where(inArray(notifications.id, own));
    if (broadcasts.length === 0) return;
    await db
      .insert(broadcastMarks)
      .values(broadcasts.map((notificationId) => ({ userId, notificationId, readAt: NOW })))
      .onConflictDoUpdate({
        target: [broadcastMarks.userId, broadcastMarks.notificationId],
        set: { readAt: NOW },
      });
  }

  /** Deletes a notification for the user. */
  hide(db: Queryable, userId: string, notification: NotificationState): Promise<void> {
    return this.takeOut(db, userId, notification, { hiddenAt: NOW, archivedAt: null });
  }

  archive(db: Queryable, userId: string, notification: NotificationState): Promise<void> {
    return this.takeOut(db, userId, notification, { hiddenAt: NOW, archivedAt: NOW });
  }

  /** Takes an archived notification back into the list. */
  async unarchive(db: Queryable, userId: string, { id, isBroadcast }: NotificationState): Promise<void> {
    const back = { hiddenAt: null, archivedAt: null };
    if (!isBroadcast) {
      await db.update(notifications).set(back).where(eq(notifications.id, id));
      return;
    }
    const mark = and(eq(broadcastMarks.userId, userId), eq(broadcastMarks.notificationId, id));
    // A mark without a time would count as read.
    await db.delete(broadcastMarks).where(and(mark, isNull(broadcastMarks.readAt)));
    await db.update(broadcastMarks).set(back).where(mark);
  }

  /**
   * Marks everything up to a notification as seen, by default up to the newest one. Returns the id up to which everything is seen if it
   * has changed.
   */
  async markSeen(db: Queryable, userId: string, upTo: string | null): Promise<string | null> {
    const { rows } = await execute<{ seen_to: string }>(db, seeUpTo(userId, upTo));
    return rows[0]?.seen_to ?? null;
  }

  /** Marks all unread notifications as read. Returns how many were unread. */
  async markAllRead(db: Queryable, userId: string): Promise<number> {
    const { rows: counted } = await execute<{ unread: string }>(db, lockInbox(userId));
    const { rows: own } = await execute<{ single: string }>(db, readAllOwn(userId));
    const { rows: broadcasts } = await execute<{ broadcasts: string }>(db, readAllBroadcasts(userId));
    return [counted[0]?.unread, own[0]?.single, broadcasts[0]?.broadcasts].reduce((sum, n) => sum + Number(n ?? 0), 0);
  }

  private async takeOut(
    db: Queryable,
    userId: string,
    { id, isBroadcast }: NotificationState,
    changes: { hiddenAt: SQL; archivedAt: SQL | null },
  ): Promise<void> {
    if (isBroadcast) return this.mark(db, userId, id, changes);
    await db.update(notifications).set(changes).where(eq(notifications.id, id));
  }

  private async mark(
    db: Queryable,
    userId: string,
    notificationId: string,
    changes: { readAt?: SQL; hiddenAt?: SQL; archivedAt?: SQL | null },
  ): Promise<void> {
    await db
      .insert(broadcastMarks)
      .values({ userId, notificationId, ...changes })
      .onConflictDoUpdate({ target: [broadcastMarks.userId, broadcastMarks.notificationId], set: changes });
  }
}
