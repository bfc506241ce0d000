import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';
import { apiKeys } from '../../auth/api-keys/api-keys.table.js';
import { users } from '../../auth/users/users.table.js';
import { partners } from '../../partners/partners.table.js';
import type { Point } from './geo.js';
import type { OrderEvent } from '../status/order-event.js';
import type { OrderStatus } from '../status/order-status.js';

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** An item of an order. The price is a decimal string, so that it stays exact. */
export interface OrderItem {
  readonly name: string;
  readonly quantity: number;
  readonly unitPrice: string;
}

export const orders = pgTable(
  'orders',
  {
    id: uuid('id').primaryKey(),
    customerId: text('customer_id')
      .notNull()
      .references(() => users.id),
    partnerId: uuid('partner_id').references(() => partners.id),
    status: text('status').$type<OrderStatus>().notNull(),
    pickupAddress: text('pickup_address').notNull(),
    deliveryAddress: text('delivery_address').notNull(),
    /** Coordinates of the addresses, if the customer gave them. */
    pickupLocation: jsonb('pickup_location').$type<Point>(),
    deliveryLocation: jsonb('delivery_location').$type<Point>(),
    items: jsonb('items').$type<OrderItem[]>().notNull(),
    notes: text('notes').notNull().default(''),
    total: numeric('total', { precision: 16, scale: 2 }).notNull(),
    /** When the customer wants the delivery. Both are set, or neither. */
    wantedFrom: moment('wanted_from'),
    wantedUntil: moment('wanted_until'),
    /** 1 when created; each edit adds 1. */
    version: integer('version').notNull().default(1),
    createdAt: moment('created_at').notNull().defaultNow(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (table) => [
    index('orders_customer_id').on(table.customerId, table.id),
    index('orders_partner_id').on(table.partnerId, table.id),
    index('orders_status').on(table.status, table.id),
    check('orders_total_not_negative', sql`${table.total} >= 0`),
  ],
);

/** A member of an order that an edit changed, in the shape of the API. */
export interface OrderChange {
  readonly field: string;
  /** Null: it was not set. */
  readonly from: unknown;
  /** Null: it was removed. */
  readonly to: unknown;
}

/**
 * The changes of orders, with user and time. `sequence` gives the order of rows: it is assigned while the order's row
 * is locked.
 */
export const orderHistory = pgTable(
  'order_history',
  {
    id: uuid('id').primaryKey(),
    sequence: bigint('sequence', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    orderId: uuid('order_id')
      .notNull()
      .references(() => orders.id),
    event: text('event').$type<OrderEvent>().notNull(),
    fromStatus: text('from_status').$type<OrderStatus>(),
    toStatus: text('to_status').$type<OrderStatus>().notNull(),
    /** The partner assigned to the order after this event; for offers, the partner of the offer. */
    partnerId: uuid('partner_id').references(() => partners.id),
    /** The user; null: an API key. */
    changedBy: text('changed_by').references(() => users.id),
    changedByKey: uuid('changed_by_key').references(() => apiKeys.id),
    /** Why, if the user gave a reason. */
    reason: text('reason'),
    /** What an edit changed. */
    changes: jsonb('changes').$type<OrderChange[]>(),
    createdAt: moment('created_at')
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (table) => [index('order_history_order_id').on(table.orderId, table.sequence)],
);

/** Chat messages between the participants of an order. */
export const orderMessages = pgTable(
  'order_messages',
  {
    id: uuid('id').primaryKey(),
    orderId: uuid('order_id')
      .notNull()
      .references(() => orders.id),
    senderId: text('sender_id')
      .notNull()
      .references(() => users.id),
    text: text('text').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    /** When the recipient read the message. */
    readAt: moment('read_at'),
    /** When the recipient was notified of the message or received it on a socket. */
    announcedAt: moment('announced_at'),
  },
  (table) => [
    index('order_messages_order_id').on(table.orderId, table.id),
    index('order_messages_unannounced')
      .on(table.orderId)
      .where(sql`${table.announcedAt} is null and ${table.readAt} is null`),
  ],
);

/**
 * The notification that collects the chat messages of an order that a participant missed. Its row is locked while a
 * message to that participant is stored.
 */
export const orderChatNotifications = pgTable(
  'order_chat_notifications',
  {
    orderId: uuid('order_id')
      .notNull()
      .references(() => orders.id),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** The newest notification; null: none yet. It may have been read or deleted since. */
    notificationId: uuid('notification_id'),
  },
  (table) => [primaryKey({ columns: [table.orderId, table.userId] })],
);
