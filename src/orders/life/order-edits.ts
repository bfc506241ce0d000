import { Injectable } from '@nestjs/common';
import { and, eq, inArray } from 'drizzle-orm';
import { authorOf } from '../../auth/principal/actor.js';
import type { Actor } from '../../auth/principal/actor.js';
import type { MessageObject } from '../../channel-layer/interface/message.js';
import { Database } from '../../database/database.js';
import type { Transaction } from '../../database/backend/transaction.js';
import { ServiceError } from '../../errors/error/service-error.js';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.js';
import { editedContent } from '../order/order-content.js';
import { requireRelation } from '../order/order-relation.js';
import { orderView } from '../order/order-view.js';
import type { OrderRow } from '../order/order-view.js';
import type { EditOrderDto } from '../requests/orders.dto.js';
import { OrdersRepository } from '../order/orders.repository.js';
import { OrdersService } from '../order/orders.service.js';
import type { OrderDto } from '../requests/orders.dto.js';
import type { OrderChange } from '../order/orders.table.js';
import { requireOpen } from '../status/require-open.js';
import { OrderAnnouncements } from './order-announcements.js';
import { orderMilestones } from './order-milestones.table.js';
import type { OrderPlace } from './order-milestones.table.js';

type Order = OrderRow['order'];

/** The members of an order that an edit can change, directly or, like the total, as a result. */
const FIELDS = [
  ...(['pickup_address', 'delivery_address', 'pickup_location', 'delivery_location'] as const),
  ...(['items', 'notes', 'wanted_window', 'total'] as const),
];
const PLACES: Readonly<Record<string, OrderPlace>> = { pickup_location: 'pickup', delivery_location: 'delivery' };
/** Each edit is kept in the history, with all items before and after. */
const MOST_EDITS = 100;

/**
 * Edits the content of orders until they are picked up. An edit names the version that it is based on, and runs under
 * the order's row lock: no edit overwrites another one unseen, and no edit follows the pick-up.
 */
@Injectable()
export class OrderEdits {
  constructor(
    private readonly database: Database,
    private readonly repository: OrdersRepository,
    private readonly orders: OrdersService,
    private readonly announcements: OrderAnnouncements,
  ) {}

  /**
   * An edit that changes nothing is answered with the order, whatever its version. Throws not_found, forbidden unless
   * the actor is the customer or acts as administrator, invalid_message, and conflict if the order was picked up, ended,
   * or edited since that version.
   */
  edit(request: IdempotentRequest | null, actor: Actor, id: string, body: EditOrderDto): Promise<OrderDto> {
    return this.database.transaction(
      async (tx) => {
        const before = await this.repository.lock(tx.db, id);
        requireRelation(before, actor, ['customer', 'admin']);
        const content = editedContent(body);
        const changes = changesBetween(before.order, { ...before.order, ...content });
        if (changes.length === 0) return this.orders.view(before, actor);
        requireEditable(before.order, body.version);
        const order = await this.repository.update(tx.db, before.order.id, { ...content, version: body.version + 1 });
        await this.record(tx, actor, order, changes);
        const changed = Object.fromEntries(changes.map(({ field, to }) => [field, to])) as MessageObject;
        const { partnerUserId } = before;
        await this.announcements.edited(tx, { order, partnerUserId }, authorOf(actor), changed);
        return this.orders.view({ order }, actor);
      },
      { once: request },
    );
  }

  private async record(tx: Transaction, actor: Actor, order: Order, changes: OrderChange[]): Promise<void> {
    await this.repository.recordChange(tx, order, order, { event: 'edited', author: authorOf(actor), changes });
    // The partner may be nearby again, at another place.
    const places = changes.flatMap(({ field }) => PLACES[field] ?? []);
    if (places.length === 0) return;
    await tx.db
      .delete(orderMilestones)
      .where(and(eq(orderMilestones.orderId, order.id), inArray(orderMilestones.place, places)));
  }
}

/** Compares the members as clients see them: `1` and `1.00` are the same price. */
function changesBetween(before: Order, after: Order): OrderChange[] {
  const [from, to] = [before, after].map((order) => orderView({ order }, '', 'en'));
  const differs = FIELDS.filter((field) => JSON.stringify(from?.[field]) !== JSON.stringify(to?.[field]));
  return differs.map((field) => ({ field, from: from?.[field] ?? null, to: to?.[field] ?? null }));
}

function requireEditable(order: Order, version: number): void {
  requireOpen(order, 'edited');
  const { version: current } = order;
  if (version !== current) {
    const detail = `is ${current} now: the order has been edited since`;
    throw new ServiceError('conflict', 'The order has been edited. Read it again.', {
      errors: [{ pointer: '#/version', detail }],
    });
  }
  if (current > MOST_EDITS) throw new ServiceError('conflict', `An order can be edited ${MOST_EDITS} times at most.`);
}
