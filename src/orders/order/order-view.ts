import type { MessageObject } from '../../channel-layer/interface/message.js';
import { displayStatus } from '../status/order-status-texts.js';
import type { StatusLanguage } from '../status/order-status-texts.js';
import type { OrderMessageDto } from '../requests/order-messages.dto.js';
import type { OrderHistoryDto } from '../requests/order-history.dto.js';
import type { OrderDto } from '../requests/orders.dto.js';
import type { orderHistory, orderMessages, orders } from './orders.table.js';

/** An order and the user who delivers it. */
export interface OrderRow {
  readonly order: typeof orders.$inferSelect;
  /** Null until assigned. */
  readonly partnerUserId: string | null;
}

/** An order as returned by REST and sent in group messages. */
export function orderView(
  { order }: Pick<OrderRow, 'order'>,
  currency: string,
  language: StatusLanguage,
): OrderDto & MessageObject {
  return {
    id: order.id,
    customer_id: order.customerId,
    partner_id: order.partnerId,
    status: order.status,
    status_display: displayStatus(order.status, language),
    pickup_address: order.pickupAddress,
    delivery_address: order.deliveryAddress,
    ...(order.pickupLocation && { pickup_location: { ...order.pickupLocation } }),
    ...(order.deliveryLocation && { delivery_location: { ...order.deliveryLocation } }),
    items: order.items.map(({ name, quantity, unitPrice }) => ({ name, quantity, unit_price: Number(unitPrice) })),
    notes: order.notes,
    ...(order.wantedFrom &&
      order.wantedUntil && {
        wanted_window: { from: order.wantedFrom.toISOString(), until: order.wantedUntil.toISOString() },
      }),
    total: Number(order.total),
    currency,
    version: order.version,
    created_at: order.createdAt.toISOString(),
    updated_at: order.updatedAt.toISOString(),
  };
}

export function historyView(row: typeof orderHistory.$inferSelect, language: StatusLanguage): OrderHistoryDto {
  return {
    id: row.id,
    event: row.event,
    from_status: row.fromStatus,
    to_status: row.toStatus,
    status_display: displayStatus(row.toStatus, language),
    partner_id: row.partnerId,
    changed_by: row.changedBy,
    changed_by_key: row.changedByKey,
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.changes && { changes: row.changes.map(({ field, from, to }) => ({ field, from, to })) }),
    created_at: row.createdAt.toISOString(),
  };
}

export function messageView(row: typeof orderMessages.$inferSelect): OrderMessageDto & MessageObject {
  return {
    id: row.id,
    sender_id: row.senderId,
    text: row.text,
    created_at: row.createdAt.toISOString(),
    ...(row.readAt && { read_at: row.readAt.toISOString() }),
  };
}
