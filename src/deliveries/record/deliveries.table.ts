import { sql } from 'drizzle-orm';
import { boolean, index, integer, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { users } from '../../auth/users/users.table.js';
import type { NotificationChannel } from '../../notifications/requests/notifications.dto.js';
import { notifications } from '../../notifications/notification/notifications.table.js';
import type { DeliveryStatus } from './delivery.js';

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/**
 * The state of a notification of one user on one channel. For `websocket`, the row is inserted when the notification was written
 * to a socket, or when it is excluded from sockets; without a row, it waits for a socket. Broadcasts have no rows for
 * `websocket`.
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
    /** Why the delivery was skipped, or what it waits for, as a word such as `preference`. */
    reason: text('reason'),
    attempts: integer('attempts').notNull().default(0),
    lastError: text('last_error'),
    /** The provider's id of the message. */
    providerId: text('provider_id'),
    /** The earliest time of sending; null: as soon as possible. */
    dueAt: moment('due_at'),
    /** Sent only if the notification has not been read or acknowledged by `dueAt`. */
    escalation: boolean('escalation').notNull().default(false),
    /** For an e-mail in a digest: the notification whose job included it in its digest. Null: not included yet. */
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
