import { Injectable } from '@nestjs/common';
import { and, eq, inArray, notInArray, or, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { PersonalData } from '../auth/personal-data/personal-data.js';
import type { Queryable, Transaction } from '../database/backend/transaction.js';
import { partners } from '../partners/partners.table.js';
import { orderChatNotifications, orderHistory, orderMessages, orders } from './order/orders.table.js';
import { orderOffers } from './life/order-offers.table.js';
import { isFinal, ORDER_STATUSES } from './status/order-status.js';
import { orderTrack } from './tracking/order-track.table.js';

/**
 * The orders of a user, for exports and deletions. Orders are kept without addresses, notes and chat, because the accounts of the
 * operator and the earnings of partners contain them.
 */
@Injectable()
export class OwnOrderData {
  constructor(data: PersonalData) {
    data.register(
      { name: 'orders', idType: 'uuid', rows: orderRows, obstacle, erase },
      { name: 'order_messages', idType: 'uuid', rows: messageRows },
      { name: 'order_offers', idType: 'uuid', rows: offerRows },
      { name: 'order_locations', idType: 'bigint', rows: locationRows },
    );
  }
}

function orderRows(userId: string): SQL {
  return sql`SELECT id, status, pickup_address, delivery_address, pickup_location, delivery_location, items, notes, total,
                    wanted_from, wanted_until, created_at, updated_at
             FROM orders WHERE customer_id = ${userId}`;
}

function messageRows(userId: string): SQL {
  return sql`SELECT id, order_id, text, created_at, read_at FROM order_messages WHERE sender_id = ${userId}`;
}

function offerRows(userId: string): SQL {
  return sql`SELECT order_offers.id, order_id, state, reason, expires_at, order_offers.created_at
             FROM order_offers JOIN partners ON partners.id = order_offers.partner_id WHERE partners.user_id = ${userId}`;
}

function locationRows(userId: string): SQL {
  return sql`SELECT sequence AS id, order_id, latitude, longitude, accuracy, heading, measured_at
             FROM order_track JOIN partners ON partners.id = order_track.partner_id WHERE partners.user_id = ${userId}`;
}

async function obstacle(db: Queryable, userId: string): Promise<string | null> {
  const open = notInArray(orders.status, ORDER_STATUSES.filter(isFinal));
  const [order] = await db
    .select({ id: orders.id })
    .from(orders)
    .leftJoin(partners, eq(partners.id, orders.partnerId))
    .where(and(open, or(eq(orders.customerId, userId), eq(partners.userId, userId))))
    .limit(1);
  return order ? `You take part in the open order ${order.id}. It must be completed or cancelled first.` : null;
}

async function erase({ db }: Transaction, userId: string): Promise<void> {
  const own = db.select({ id: orders.id }).from(orders).where(eq(orders.customerId, userId));
  const asPartner = db.select({ id: partners.id }).from(partners).where(eq(partners.userId, userId));
  await db.delete(orderMessages).where(eq(orderMessages.senderId, userId));
  await db.delete(orderChatNotifications).where(eq(orderChatNotifications.userId, userId));
  // The track of an order ends at the door of its customer.
  await db.delete(orderTrack).where(or(inArray(orderTrack.orderId, own), inArray(orderTrack.partnerId, asPartner)));
  await db.update(orderOffers).set({ reason: null }).where(inArray(orderOffers.partnerId, asPartner));
  const byUser = or(inArray(orderHistory.orderId, own), eq(orderHistory.changedBy, userId));
  await db.update(orderHistory).set({ changes: null, reason: null }).where(byUser);
  await db
    .update(orders)
    .set({ pickupAddress: '', deliveryAddress: '', pickupLocation: null, deliveryLocation: null, notes: '' })
    .where(eq(orders.customerId, userId));
}
