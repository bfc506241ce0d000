import { sql } from 'drizzle-orm';
import { boolean, index, integer, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { users } from '../../auth/users/users.table.js';
import type { NotificationChannel } from '../../notifications/notification/notifications.dto.js';
import { notifications } from '../../notifications/notification/notifications.table.js';
import type { DeliveryStatus } from './delivery.js';

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/**
 * What became of a notification of one user on one channel. For `websocket` a row is there once it was written to a socket, or
 * if it is not to be; without one it waits for a socket. Broadcasts have rows for the channels beside it only.
 */
export const deliveries = pgTable(
  'deliveries',
  {
    notificationId: uuid('notification_id')
      .notNull()
      .references(() => notifications.id, { onDelete: 'cascade' }),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    channel: text('channel').$type<NotificationChannel>().notNull(),
    status: text('status').$type<DeliveryStatus>().notNull(),
    /** Why it was skipped, or what it waits for; a word such as `preference`. */
    reason: text('reason'),
    attempts: integer('attempts').notNull().default(0),
    lastError: text('last_error'),
    /** What the provider calls it. */
    providerId: text('provider_id'),
    /** It is not sent before then; null: as soon as may be. */
    dueAt: moment('due_at'),
    /** Sent only if nobody has read or acknowledged the notification by then. */
    escalation: boolean('escalation').notNull().default(false),
    /** Of an e-mail in a digest: the notification whose job took it into its mail; null: none has. */
    digestId: uuid('digest_id'),
    createdAt: moment('created_at').notNull().defaultNow(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.notificationId, table.userId, table.channel] }),
    index('deliveries_provider_id')
      .on(table.providerId)
      .where(sql`${table.providerId} is not null`),
    index('deliveries_digests')
      .on(table.userId, table.dueAt)
      .where(sql`${table.reason} = 'digest'`),
    index('deliveries_pending_escalations')
      .on(table.userId)
      .where(sql`${table.escalation} and ${table.status} = 'queued'`),
  ],
);
