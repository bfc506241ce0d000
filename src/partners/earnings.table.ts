import { index, numeric, pgTable, timestamp, uuid } from 'drizzle-orm/pg-core';
import { partners } from './partners.table.js';

/** Earnings of partners, one per order. `orderId` has no foreign key, because this room does not depend on `orders`. */
export const earnings = pgTable(
  'earnings',
  {
    id: uuid('id').primaryKey(),
    partnerId: uuid('partner_id')
      .notNull()
      .references(() => partners.id),
    orderId: uuid('order_id').notNull().unique(),
    amount: numeric('amount', { precision: 16, scale: 2 }).notNull(),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
  },
  (table) => [index('earnings_partner_id').on(table.partnerId, table.id)],
);
