import { pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { orders } from '../order/orders.table.js';

export type OrderPlace = 'pickup' | 'delivery';
export type Milestone = 'nearby' | 'arrived';

/** Announced milestones of the partner's route. Each milestone is announced once. */
export const orderMilestones = pgTable(
  'order_milestones',
  {
    orderId: uuid('order_id')
      .notNull()
      .references(() => orders.id),
    place: text('place').$type<OrderPlace>().notNull(),
    milestone: text('milestone').$type<Milestone>().notNull(),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.orderId, table.place, table.milestone] })],
);
