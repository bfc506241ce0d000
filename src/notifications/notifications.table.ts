import { sql } from 'drizzle-orm';
import { index, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { users } from '../auth/users.table.js';
import { exactJsonb } from '../database/exact-jsonb.js';
import type { NotificationChannel } from '../notification-types/notification-type.js';
import type { JsonObject } from './json-object.js';

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** One row per notification of one user, and one row per broadcast (`userId` null), however many users it is for. */
export const notifications = pgTable(
  'notifications',
  {
    id: uuid('id').primaryKey(),
    userId: text('user_id').references(() => users.id),
    notificationType: text('notification_type').notNull(),
    title: text('title').notNull(),
    message: text('message').notNull(),
    data: exactJsonb('data').$type<JsonObject>().notNull(),
    /** The channels that the request named; null: none, so those of the type. Empty: not known, created by an earlier release. */
    requestedChannels: text('requested_channels').array().$type<readonly NotificationChannel[]>(),
    /** Of a broadcast: always null, see `broadcastMarks`. */
    readAt: moment('read_at'),
    /** The owner deleted it; of a broadcast always null. */
    hiddenAt: moment('hidden_at'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    index('notifications_user_id').on(table.userId, table.id),
    index('notifications_unread')
      .on(table.userId)
      .where(sql`${table.readAt} is null and ${table.hiddenAt} is null`),
    index('notifications_broadcast')
      .on(table.id, table.createdAt)
      .where(sql`${table.userId} is null`),
  ],
);

/** What one user did to one broadcast; no row: neither read nor deleted. */
export const broadcastMarks = pgTable(
  'broadcast_marks',
  {
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    notificationId: uuid('notification_id')
      .notNull()
      .references(() => notifications.id, { onDelete: 'cascade' }),
    readAt: moment('read_at'),
    hiddenAt: moment('hidden_at'),
  },
  (table) => [primaryKey({ columns: [table.userId, table.notificationId] })],
);
