import type { Point } from './geo.js';
import { formatCents, parseCents } from '../requests/money.js';
import type { PointDto } from '../requests/order-location.dto.js';
import type { OrderRow } from './order-view.js';
import type { CreateOrderDto, EditOrderDto, OrderItemDto } from '../requests/orders.dto.js';
import { wantedWindow } from '../requests/wanted-window.js';

type Order = OrderRow['order'];

/** The columns of an order that its customer writes. */
export type OrderContent = Pick<
  Order,
  | 'pickupAddress'
  | 'deliveryAddress'
  | 'pickupLocation'
  | 'deliveryLocation'
  | 'items'
  | 'total'
  | 'notes'
  | 'wantedFrom'
  | 'wantedUntil'
>;

/** The content of a new order. Throws invalid_message. */
export function newContent(body: CreateOrderDto): OrderContent {
  return {
    pickupAddress: body.pickup_address,
    deliveryAddress: body.delivery_address,
    pickupLocation: pointOf(body.pickup_location),
    deliveryLocation: pointOf(body.delivery_location),
    notes: body.notes ?? '',
    ...wantedWindow(body.wanted_window),
    ...priced(body.items),
  };
}

/** The content that an edit sets. Absent members of the request stay as they are. Throws invalid_message. */
export function editedContent(body: EditOrderDto): Partial<OrderContent> {
  return {
    ...(body.pickup_address !== undefined && { pickupAddress: body.pickup_address }),
    ...(body.delivery_address !== undefined && { deliveryAddress: body.delivery_address }),
    ...(body.pickup_location !== undefined && { pickupLocation: pointOf(body.pickup_location) }),
    ...(body.delivery_location !== undefined && { deliveryLocation: pointOf(body.delivery_location) }),
    ...(body.notes !== undefined && { notes: body.notes }),
    ...(body.wanted_window !== undefined && wantedWindow(body.wanted_window)),
    ...(body.items !== undefined && priced(body.items)),
  };
}

function pointOf(given: PointDto | null | undefined): Point | null {
  return given ? { latitude: given.latitude, longitude: given.longitude } : null;
}

/** The items with their prices as exact text, and their total. */
function priced(items: readonly OrderItemDto[]) {
  let total = 0n;
  const stored = items.map(({ name, quantity, unit_price: price }) => {
    const cents = parseCents(price) ?? 0n;
    total += cents * BigInt(quantity);
    return { name, quantity, unitPrice: formatCents(cents) };
  });
  return { items: stored, total: formatCents(total) };
}
