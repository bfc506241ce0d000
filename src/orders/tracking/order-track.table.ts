import { bigint, doublePrecision, index, pgTable, real, timestamp, uuid } from 'drizzle-orm/pg-core';
import { partners } from '../../partners/partners.table.js';
import { orders } from '../order/orders.table.js';

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** The track of an order's partner: points at a minimum distance from each other, at most 1,000 per order. */
export const orderTrack = pgTable(
  'order_track',
  {
    sequence: bigint('sequence', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    orderId: uuid('order_id')
      .notNull()
      .references(() => orders.id),
    partnerId: uuid('partner_id')
      .notNull()
      .references(() => partners.id),
    latitude: doublePrecision('latitude').notNull(),
    longitude: doublePrecision('longitude').notNull(),
    accuracy: real('accuracy'),
    heading: real('heading'),
    measuredAt: moment('measured_at').notNull(),
    recordedAt: moment('recorded_at').notNull().defaultNow(),
  },
  (table) => [
    index('order_track_order_id').on(table.orderId, table.sequence),
    // For trimming: rows are stored in the order of this time.
    index('order_track_recorded_at').using('brin', table.recordedAt),
  ],
);
