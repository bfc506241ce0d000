import { Injectable } from '@nestjs/common';
import { authorOf } from '../../auth/principal/actor.js';
import type { Actor, Author } from '../../auth/principal/actor.js';
import type { Principal } from '../../auth/principal/principal.js';
import { Database } from '../../database/database.js';
import type { Transaction } from '../../database/backend/transaction.js';
import { ServiceError } from '../../errors/error/service-error.js';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.js';
import { PartnersService } from '../../partners/partners.service.js';
import type { PartnerDto } from '../../partners/partners.dto.js';
import { requireRelation } from '../order/order-relation.js';
import type { OrderRow } from '../order/order-view.js';
import type { OrderDto } from '../requests/orders.dto.js';
import { OrdersRepository } from '../order/orders.repository.js';
import { OrdersService } from '../order/orders.service.js';
import { requireOpen } from '../status/require-open.js';
import { OfferQueue } from './offer-queue.js';
import { OrderAnnouncements } from './order-announcements.js';

type Order = OrderRow['order'];

/**
 * Assigns orders to partners and takes them back, until they are picked up. Each change runs in one transaction, under
 * the order's row lock, together with its history and messages. A partner who loses an order loses its sockets too.
 */
@Injectable()
export class OrderAssignments {
  constructor(
    private readonly database: Database,
    private readonly repository: OrdersRepository,
    private readonly orders: OrdersService,
    private readonly partners: PartnersService,
    private readonly announcements: OrderAnnouncements,
    private readonly offers: OfferQueue,
  ) {}

  /**
   * Assigns the order to a partner, or reassigns it. Assigning the order to its current partner changes nothing. Throws
   * not_found (order or partner), conflict (too late).
   */
  assign(actor: Actor, id: string, partnerId: string): Promise<Order> {
    return this.database.transaction(async (tx) => {
      const before = await this.repository.lock(tx.db, id);
      const partner = await this.partners.find(tx.db, partnerId);
      if (!partner) throw noSuchPartner();
      requireOpen(before.order, 'assigned');
      return before.order.partnerId === partner.id ? before.order : this.give(tx, before, partner, authorOf(actor));
    });
  }

  /** Assigns the order to a partner, in the caller's transaction. Ends offers of the order. Requires the order's row lock. */
  async give(tx: Transaction, before: OrderRow, partner: PartnerDto, author: Author): Promise<Order> {
    await this.offers.withdraw(tx, before.order.id);
    const order = await this.repository.update(tx.db, before.order.id, { partnerId: partner.id });
    await this.repository.recordChange(tx, before.order, order, { event: 'assigned', author });
    await this.announcements.assigned(tx, order, partner.user_id, before, author);
    return order;
  }

  /**
   * Takes the order from its partner; its status stays. An order without a partner stays unchanged. Throws not_found,
   * conflict (too late).
   */
  unassign(request: IdempotentRequest | null, actor: Actor, id: string, reason: string | null): Promise<OrderDto> {
    return this.database.transaction(
      async (tx) => {
        const before = await this.repository.lock(tx.db, id);
        requireOpen(before.order, 'unassigned');
        if (before.order.partnerId === null) return this.orders.view(before, actor);
        const order = await this.release(tx, before, { event: 'unassigned', author: authorOf(actor), reason });
        await this.announcements.unassigned(tx, order, before, reason);
        return this.orders.view({ order }, actor);
      },
      { once: request },
    );
  }

  /**
   * The partner returns the order, instead of cancelling the order of the customer. Notifies the administrator who
   * assigned it. Throws not_found, forbidden unless the principal is the partner of the order, conflict (too late).
   */
  handBack(request: IdempotentRequest | null, principal: Principal, id: string, reason: string): Promise<OrderDto> {
    return this.database.transaction(
      async (tx) => {
        const before = await this.repository.lock(tx.db, id);
        requireRelation(before, principal, ['partner']);
        requireOpen(before.order, 'handed back');
        const dispatcher = await this.repository.dispatcherOf(tx.db, before.order.id);
        const order = await this.release(tx, before, { event: 'handed_back', author: authorOf(principal), reason });
        await this.announcements.handedBack(tx, order, before, dispatcher, reason);
        return this.orders.view({ order }, principal);
      },
      { once: request },
    );
  }

  private async release(
    tx: Transaction,
    before: OrderRow,
    change: { event: 'unassigned' | 'handed_back'; author: Author; reason: string | null },
  ): Promise<Order> {
    const order = await this.repository.update(tx.db, before.order.id, { partnerId: null });
    await this.repository.recordChange(tx, before.order, order, change);
    return order;
  }
}

function noSuchPartner(): ServiceError {
  const detail = 'There is no such partner.';
  return new ServiceError('not_found', detail, { errors: [{ pointer: '#/partner_id', detail }] });
}
