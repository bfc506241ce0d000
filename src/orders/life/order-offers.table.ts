import { sql } from 'drizzle-orm';
import { index, integer, pgTable, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { partners } from '../../partners/partners.table.js';
import { orders } from '../order/orders.table.js';

/** `waiting`: a partner before it in the list has the offer. `skipped`: the partner was off duty. */
export const OFFER_STATES = ['waiting', 'open', 'accepted', 'declined', 'expired', 'skipped', 'withdrawn'] as const;
export type OfferState = (typeof OFFER_STATES)[number];

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** Orders offered to partners, one after the other. Ids increase in the order of the partners. */
export const orderOffers = pgTable(
  'order_offers',
  {
    id: uuid('id').primaryKey(),
    orderId: uuid('order_id')
      .notNull()
      .references(() => orders.id),
    partnerId: uuid('partner_id')
      .notNull()
      .references(() => partners.id),
    state: text('state').$type<OfferState>().notNull().default('waiting'),
    /** How long the partner may take to answer, in seconds. */
    deadlineS: integer('deadline_s').notNull(),
    /** Null: not yet offered. */
    expiresAt: moment('expires_at'),
    /** Why the partner declined. */
    reason: text('reason'),
    /** The notification of the offer. */
    notificationId: uuid('notification_id'),
    createdAt: moment('created_at').notNull().defaultNow(),
    closedAt: moment('closed_at'),
  },
  (table) => [
    index('order_offers_order_id').on(table.orderId, table.id),
    index('order_offers_partner_id').on(table.partnerId, table.orderId, table.id),
    // At most one partner has the offer.
    uniqueIndex('order_offers_open')
      .on(table.orderId)
      .where(sql`${table.state} = 'open'`),
  ],
);
