import { index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { users } from '../auth/users/users.table.js';
import { orders } from '../orders/order/orders.table.js';

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/**
 * Links with which anyone can follow an order. Tokens are not stored: they are derived from the id and a key
 * (`ShareTokens`).
 */
export const orderShares = pgTable(
  'order_shares',
  {
    id: uuid('id').primaryKey(),
    orderId: uuid('order_id')
      .notNull()
      .references(() => orders.id),
    createdBy: text('created_by')
      .notNull()
      .references(() => users.id),
    createdAt: moment('created_at').notNull().defaultNow(),
    /** Null: expires when the order ends. */
    expiresAt: moment('expires_at'),
    revokedAt: moment('revoked_at'),
  },
  (table) => [index('order_shares_order_id').on(table.orderId, table.id)],
);
