import { Injectable } from '@nestjs/common';
import { and, desc, eq, isNotNull, isNull, lt, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/pg-core';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { users } from '../../auth/users/users.table.js';
import { execute } from '../../database/execute.js';
import type { Queryable } from '../../database/backend/transaction.js';
import type { PageRequest } from '../../pagination/page.js';
import { broadcastReadAt, broadcastsBefore, readAllBroadcasts, readTo, sentAfter } from './broadcast-watermarks.js';
import type { NotificationRow } from './notification-view.js';
import { broadcastMarks, broadcastWatermarks, notifications } from './notifications.table.js';

export type NewNotification = typeof notifications.$inferInsert;

export interface NotificationFilter {
  /** true: unread ones, false: read ones, undefined: both. */
  readonly unread?: boolean;
  readonly type?: string;
}

/** A notification as it stands to one user. */
export interface StandingOf extends NotificationRow {
  readonly isBroadcast: boolean;
  /** Theirs, or a broadcast sent when they already were a user. */
  readonly isTheirs: boolean;
  readonly hiddenAt: Date | null;
}

const shown = {
  id: notifications.id,
  userId: notifications.userId,
  notificationType: notifications.notificationType,
  title: notifications.title,
  message: notifications.message,
  data: notifications.data,
  createdAt: notifications.createdAt,
};

/** Own notifications and broadcasts. Every method takes the database or the transaction it works in. */
@Injectable()
export class NotificationsRepository {
  async insert(db: Queryable, rows: readonly NewNotification[]): Promise<NotificationRow[]> {
    const inserted = await db
      .insert(notifications)
      .values([...rows])
      .returning({ ...shown, readAt: notifications.readAt });
    const byId = new Map(inserted.map((row) => [row.id, row]));
    return rows.map(({ id }) => byId.get(id) as NotificationRow);
  }

  /** Own ones and broadcasts, newest first. */
  async list(db: Queryable, userId: string, filter: NotificationFilter, page: PageRequest): Promise<NotificationRow[]> {
    const own = db
      .select({ ...shown, readAt: notifications.readAt })
      .from(notifications)
      .where(
        and(
          eq(notifications.userId, userId),
          isNull(notifications.hiddenAt),
          ...conditions(filter, page, notifications.readAt),
        ),
      )
      .orderBy(desc(notifications.id))
      .limit(page.take);
    const broadcasts = db
      .select({ ...shown, readAt: broadcastReadAt })
      .from(notifications)
      .leftJoin(broadcastWatermarks, eq(broadcastWatermarks.userId, userId))
      .leftJoin(broadcastMarks, markOf(userId))
      .where(
        and(
          sentAfter(filter.unread === true ? readTo(userId) : broadcastsBefore(userId)),
          isNull(broadcastMarks.hiddenAt),
          // Above the watermark only marks say what was read; the planner knows more about a column than about an expression.
          ...conditions(filter, page, filter.unread === true ? broadcastMarks.readAt : broadcastReadAt),
        ),
      )
      .orderBy(desc(notifications.id))
      .limit(page.take);
    return unionAll(own, broadcasts).orderBy(desc(notifications.id)).limit(page.take);
  }

  /** The notification and how it stands to the user, or null when there is none. */
  async find(db: Queryable, userId: string, id: string): Promise<StandingOf | null> {
    const [row] = await db
      .select({
        ...shown,
        ownReadAt: notifications.readAt,
        ownHiddenAt: notifications.hiddenAt,
        markReadAt: broadcastReadAt,
        markHiddenAt: broadcastMarks.hiddenAt,
        wasThere: sql<boolean | null>`${notifications.broadcastNumber} > ${users.broadcastsBefore}`,
      })
      .from(notifications)
      .leftJoin(users, eq(users.id, userId))
      .leftJoin(broadcastWatermarks, eq(broadcastWatermarks.userId, userId))
      .leftJoin(broadcastMarks, markOf(userId))
      .where(eq(notifications.id, id));
    if (!row) return null;
    const { ownReadAt, ownHiddenAt, markReadAt, markHiddenAt, wasThere: there, ...rest } = row;
    return rest.userId === null
      ? { ...rest, isBroadcast: true, isTheirs: there === true, readAt: markReadAt, hiddenAt: markHiddenAt }
      : { ...rest, isBroadcast: false, isTheirs: rest.userId === userId, readAt: ownReadAt, hiddenAt: ownHiddenAt };
  }

  async markRead(db: Queryable, userId: string, notification: StandingOf): Promise<void> {
    if (notification.isBroadcast) return this.mark(db, userId, notification.id, 'readAt');
    await db
      .update(notifications)
      .set({ readAt: sql`now()` })
      .where(eq(notifications.id, notification.id));
  }

  async hide(db: Queryable, userId: string, notification: StandingOf): Promise<void> {
    if (notification.isBroadcast) return this.mark(db, userId, notification.id, 'hiddenAt');
    await db
      .update(notifications)
      .set({ hiddenAt: sql`now()` })
      .where(eq(notifications.id, notification.id));
  }

  /** Marks all unread ones read; says how many they were. */
  async markAllRead(db: Queryable, userId: string): Promise<number> {
    const own = await db
      .update(notifications)
      .set({ readAt: sql`now()` })
      .where(and(eq(notifications.userId, userId), isNull(notifications.readAt), isNull(notifications.hiddenAt)))
      .returning({ id: notifications.id });
    const { rows } = await execute<{ broadcasts: string }>(db, readAllBroadcasts(userId));
    return own.length + Number(rows[0]?.broadcasts ?? 0);
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

function markOf(userId: string): SQL | undefined {
  return and(eq(broadcastMarks.notificationId, notifications.id), eq(broadcastMarks.userId, userId));
}

function conditions(filter: NotificationFilter, page: PageRequest, readAt: PgColumn | SQL): SQL[] {
  const all: SQL[] = [];
  if (page.after !== null) all.push(lt(notifications.id, page.after));
  if (filter.type !== undefined) all.push(eq(notifications.notificationType, filter.type));
  if (filter.unread !== undefined) all.push(filter.unread ? isNull(readAt) : isNotNull(readAt));
  return all;
}
