import { integer, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { users } from '../../auth/users/users.table.js';
import { orders } from '../order/orders.table.js';

/** The last call of a participant on an order. */
export const orderCalls = pgTable(
  'order_calls',
  {
    orderId: uuid('order_id')
      .notNull()
      .references(() => orders.id),
    callerId: text('caller_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** Chosen by the caller. */
    callId: text('call_id').notNull(),
    /** `over`: answered, declined or missed. */
    state: text('state').$type<'ringing' | 'over'>().notNull(),
    rungAt: timestamp('rung_at', { withTimezone: true, precision: 3 }).notNull(),
    /** The calls that the newest notification is about. */
    missed: integer('missed').notNull().default(0),
    /** The newest notification of missed calls. It may have been read or deleted since. */
    notificationId: uuid('notification_id'),
  },
  (table) => [primaryKey({ columns: [table.orderId, table.callerId] })],
);
