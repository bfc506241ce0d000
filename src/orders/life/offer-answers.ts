import { Injectable } from '@nestjs/common';
import { and, asc, eq, gt } from 'drizzle-orm';
import { authorOf } from '../../auth/principal/actor.js';
import type { Principal } from '../../auth/principal/principal.js';
import { Database } from '../../database/database.js';
import type { Transaction } from '../../database/backend/transaction.js';
import { ServiceError } from '../../errors/error/service-error.js';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.js';
import { PartnersService } from '../../partners/partners.service.js';
import type { OfferDto, OpenOffersDto } from '../requests/order-offers.dto.js';
import type { OrderRow } from '../order/order-view.js';
import type { OrderDto } from '../requests/orders.dto.js';
import { OrdersRepository } from '../order/orders.repository.js';
import { OrdersService } from '../order/orders.service.js';
import { orders } from '../order/orders.table.js';
import { OfferQueue } from './offer-queue.js';
import type { OfferRow } from './offer-queue.js';
import { OrderAssignments } from './order-assignments.js';
import { offerView } from './order-offers.js';
import { orderOffers } from './order-offers.table.js';

const MOST_OPEN = 100;

/** The answers of partners to offers. Every answer runs in one transaction, under the order's row lock. */
@Injectable()
export class OfferAnswers {
  constructor(
    private readonly database: Database,
    private readonly repository: OrdersRepository,
    private readonly orders: OrdersService,
    private readonly partners: PartnersService,
    private readonly assignments: OrderAssignments,
    private readonly queue: OfferQueue,
  ) {}

  /**
   * Assigns the order to the partner who has the offer. Repeating it changes nothing. Throws not_found, forbidden if the
   * order was not offered to the partner, conflict if the offer has ended.
   */
  async accept(request: IdempotentRequest | null, principal: Principal, id: string): Promise<OrderDto> {
    const partner = await this.partners.ofUser(principal.userId);
    return this.database.transaction(
      async (tx) => {
        const before = await this.repository.lock(tx.db, id);
        const offer = await this.mine(tx, before, partner.id);
        if (offer.state === 'accepted' && before.order.partnerId === partner.id) {
          return this.orders.view(before, principal);
        }
        requireAnswerable(offer);
        await this.queue.end(tx, offer, 'accepted');
        const order = await this.assignments.give(tx, before, partner, authorOf(principal));
        return this.orders.view({ order }, principal);
      },
      { once: request },
    );
  }

  /** Passes the offer on. Repeating it changes nothing. Throws the errors of `accept`. */
  async decline(
    request: IdempotentRequest | null,
    principal: Principal,
    id: string,
    reason: string | null,
  ): Promise<OfferDto> {
    const partner = await this.partners.ofUser(principal.userId);
    return this.database.transaction(
      async (tx) => {
        const { order } = await this.repository.lock(tx.db, id);
        const offer = await this.mine(tx, { order }, partner.id);
        if (offer.state === 'declined') return offerView(offer);
        requireAnswerable(offer);
        await this.queue.passOn(tx, order, offer, { outcome: 'declined', reason, author: authorOf(principal) });
        return offerView({ ...offer, state: 'declined', reason });
      },
      { once: request },
    );
  }

  /** The open offers of the partner. */
  async open(principal: Principal): Promise<OpenOffersDto> {
    const { id } = await this.partners.ofUser(principal.userId);
    const rows = await this.database.db
      .select({ order: orders, expiresAt: orderOffers.expiresAt })
      .from(orderOffers)
      .innerJoin(orders, eq(orders.id, orderOffers.orderId))
      .where(and(eq(orderOffers.partnerId, id), eq(orderOffers.state, 'open'), gt(orderOffers.expiresAt, new Date())))
      .orderBy(asc(orderOffers.expiresAt))
      .limit(MOST_OPEN);
    return {
      results: rows.map(({ order, expiresAt }) => ({
        order: this.orders.view({ order }, principal),
        expires_at: expiresAt?.toISOString() ?? '',
      })),
    };
  }

  private async mine(tx: Transaction, { order }: Pick<OrderRow, 'order'>, partnerId: string): Promise<OfferRow> {
    const offer = await this.queue.newestOf(tx, order.id, partnerId);
    // Without a deadline, the offer was never made: earlier partners were asked first.
    if (offer?.expiresAt) return offer;
    throw new ServiceError('forbidden', 'The order is not offered to you.');
  }
}

function requireAnswerable({ state, expiresAt }: OfferRow): void {
  if (state !== 'open') throw new ServiceError('conflict', `The offer was ${state}.`);
  if ((expiresAt?.getTime() ?? 0) <= Date.now()) throw new ServiceError('conflict', 'The offer has expired.');
}
