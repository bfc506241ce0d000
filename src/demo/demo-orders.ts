import { Injectable } from '@nestjs/common';
import { idempotentRequest } from '../idempotency/idempotent-request.js';
import type { IdempotentRequest } from '../idempotency/idempotent-request.js';
import { OrderAssignments } from '../orders/life/order-assignments.js';
import { OrderChanges } from '../orders/life/order-changes.js';
import { ORDER_STATUSES } from '../orders/status/order-status.js';
import type { OrderStatus } from '../orders/status/order-status.js';
import type { CreateOrderDto } from '../orders/requests/orders.dto.js';
import { OrdersService } from '../orders/order/orders.service.js';
import { PartnersService } from '../partners/partners.service.js';
import type { DemoPeople } from './demo-accounts.js';

interface DemoOrder {
  /** The final status. A pending order is not assigned to a partner. */
  readonly status: OrderStatus;
  readonly body: CreateOrderDto;
}

const order = (
  status: OrderStatus,
  pickup: string,
  delivery: string,
  items: CreateOrderDto['items'],
  notes = '',
): DemoOrder => ({ status, body: { pickup_address: pickup, delivery_address: delivery, items, notes } });

const ORDERS: readonly DemoOrder[] = [
  order('completed', 'Laundry, 4 Mill Lane', '12 Rose Street', [
    { name: 'Shirts, ironed', quantity: 5, unit_price: '3.20' },
    { name: 'Bed linen', quantity: 1, unit_price: '9.50' },
  ]),
  order('cancelled', 'Bakery, 1 Market Square', '12 Rose Street', [
    { name: 'Rye bread', quantity: 2, unit_price: '4.80' },
  ]),
  order(
    'picked_up',
    'Laundry, 4 Mill Lane',
    '12 Rose Street',
    [{ name: 'Winter coat, cleaned', quantity: 1, unit_price: '18.90' }],
    'Ring twice',
  ),
  // Must be last, because the existence of this order means that the demo data is complete.
  order('pending', '12 Rose Street', 'Laundry, 4 Mill Lane', [
    { name: 'Curtains, washed', quantity: 4, unit_price: '7.25' },
  ]),
];

/** A few orders of the demo customer. Each is brought to its status step by step, so that it has a history. */
@Injectable()
export class DemoOrders {
  constructor(
    private readonly orders: OrdersService,
    private readonly assignments: OrderAssignments,
    private readonly changes: OrderChanges,
    private readonly partners: PartnersService,
  ) {}

  async exist({ customer }: Pick<DemoPeople, 'customer'>): Promise<boolean> {
    const { results } = await this.orders.list(customer, { limit: ORDERS.length });
    return results.length === ORDERS.length;
  }

  /** Continues where an earlier start was interrupted. Throws conflict if another node is doing the same. */
  async ensure(people: DemoPeople): Promise<void> {
    const partner = await this.partners.ofUser(people.partner.userId);
    for (const [index, { status, body }] of ORDERS.entries()) {
      const { id } = await this.orders.create(demoRequest(people, `order ${index}`, body), people.customer, body);
      if (status === 'pending') continue;
      if (status === 'cancelled') await this.cancel(people, id);
      else await this.deliver(people, id, partner.id, status);
    }
  }

  private async cancel({ customer }: DemoPeople, id: string): Promise<void> {
    const { order } = await this.orders.find(customer, id);
    if (order.status === 'pending') await this.changes.changeStatus(customer, id, { status: 'cancelled' });
  }

  private async deliver({ admin, partner }: DemoPeople, id: string, partnerId: string, to: OrderStatus): Promise<void> {
    const { order } = await this.orders.find(admin, id);
    if (order.partnerId === null) await this.assignments.assign(admin, id, partnerId);
    const steps = ORDER_STATUSES.slice(ORDER_STATUSES.indexOf(order.status) + 1, ORDER_STATUSES.indexOf(to) + 1);
    for (const step of steps) await this.changes.changeStatus(partner, id, { status: step });
  }
}

/** The same request at every start and on every node, so that existing data is not created again. */
export function demoRequest({ admin }: Pick<DemoPeople, 'admin'>, key: string, body: unknown): IdempotentRequest {
  return idempotentRequest({ principalId: admin.userId, method: 'POST', path: 'demo', key, body });
}
