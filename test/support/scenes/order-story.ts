import type { Person } from '../people.js';
import { must } from '../clients/rest.js';
import type { Stack } from '../stack.js';

/** The members of an order that the stories read. */
export interface Order {
  readonly id: string;
  readonly status: string;
  readonly status_display: string;
  readonly customer_id: string;
  readonly partner_id: string | null;
  readonly total: number;
  readonly version: number;
  readonly updated_at: string;
}

/** An order, valid by default; its total is 25.50. */
export const ORDER_BODY = {
  pickup_address: '1 Main Street',
  delivery_address: '2 Side Street',
  items: [{ name: 'Shirts, ironed', quantity: 3, unit_price: 8.5 }],
};

const LIFE = ['confirmed', 'picked_up', 'in_progress', 'ready', 'out_for_delivery', 'completed'];

export function placeOrder(stack: Stack, customer: Person, members: object = {}): Promise<Order> {
  const body = { ...ORDER_BODY, ...members };
  return must<Order>(stack.url, 'POST /api/orders/', { token: customer.accessToken, body });
}

/** The `id` of `partners/me/`. */
export async function partnerId(stack: Stack, partner: Person): Promise<string> {
  const me = await must<{ id: string }>(stack.url, 'GET /api/partners/me/', { token: partner.accessToken });
  return me.id;
}

export async function assign(stack: Stack, admin: Person, order: Order, partner: Person): Promise<Order> {
  const body = { partner_id: await partnerId(stack, partner) };
  return must<Order>(stack.url, `POST /api/orders/${order.id}/assign/`, { token: admin.accessToken, body });
}

export function setStatus(stack: Stack, person: Person, order: Order, status: string): Promise<Order> {
  return must<Order>(stack.url, `PATCH /api/orders/${order.id}/status/`, {
    token: person.accessToken,
    body: { status },
  });
}

/** Changes the status of a pending order, step by step, up to and including this status. */
export async function moveTo(stack: Stack, person: Person, order: Order, status: string): Promise<void> {
  for (const next of LIFE.slice(0, LIFE.indexOf(status) + 1)) await setStatus(stack, person, order, next);
}
