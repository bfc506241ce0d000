import { index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { apiKeys } from '../auth/api-keys/api-keys.table.js';
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
    /** The user; null: an API key. */
    createdBy: text('created_by').references(() => users.id),
    createdByKey: uuid('created_by_key').references(() => apiKeys.id),
    createdAt: moment('created_at').notNull().defaultNow(),
    /** Null: expires when the order ends. */
    expiresAt: moment('expires_at'),
    revokedAt: moment('revoked_at'),
  },
  (table) => [index('order_shares_order_id').on(table.orderId, table.id)],
);
