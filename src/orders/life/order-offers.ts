import { Injectable } from '@nestjs/common';
import { and, asc, eq, gt } from 'drizzle-orm';
import { authorOf } from '../../auth/principal/actor.js';
import type { Actor } from '../../auth/principal/actor.js';
import { Database } from '../../database/database.js';
import type { Queryable } from '../../database/backend/transaction.js';
import { isUuid, UUID } from '../../database/uuid.js';
import { ServiceError } from '../../errors/error/service-error.js';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.js';
import type { Job } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import { pageOf, pageRequest } from '../../pagination/page.js';
import type { Page, PageQuery } from '../../pagination/page.js';
import { PartnersService } from '../../partners/partners.service.js';
import { requireRelation } from '../order/order-relation.js';
import type { OfferDto, OfferOrderDto } from '../requests/order-offers.dto.js';
import { OrdersRepository } from '../order/orders.repository.js';
import { requireOpen } from '../status/require-open.js';
import { OfferQueue } from './offer-queue.js';
import type { ExpiryJob, OfferRow } from './offer-queue.js';
import { orderOffers } from './order-offers.table.js';

const USUAL_DEADLINE_S = 60;

/**
 * Offers orders to partners, who accept or decline (`OfferAnswers`). An offer that is declined or not answered in time goes to the next
 * partner of the list, and after the last one back to the administrator who made it. Every change runs in one
 * transaction, under the order's row lock.
 */
@Injectable()
export class OrderOffers {
  constructor(
    private readonly database: Database,
    private readonly repository: OrdersRepository,
    private readonly partners: PartnersService,
    private readonly queue: OfferQueue,
    jobs: Jobs,
  ) {
    jobs.handle(queue.expiries, (job) => this.expire(job));
  }

  /**
   * Offers the order to the first of the partners who is on duty. Replaces earlier offers of the order. Throws
   * not_found (order or partner), invalid_message, conflict if the order has a partner, was picked up or ended, or if all
   * partners are off duty.
   */
  offer(request: IdempotentRequest | null, actor: Actor, id: string, body: OfferOrderDto): Promise<OfferDto> {
    const partnerIds = partnerIdsOf(body);
    return this.database.transaction(
      async (tx) => {
        const { order } = await this.repository.lock(tx.db, id);
        requireOpen(order, 'offered');
        if (order.partnerId !== null) throw new ServiceError('conflict', 'The order has a partner. Unassign it first.');
        const ids = await this.existing(tx, partnerIds);
        await this.queue.withdraw(tx, order.id);
        await this.queue.add(tx, order.id, ids, body.deadline_s ?? USUAL_DEADLINE_S);
        const offer = await this.queue.next(tx, order, authorOf(actor));
        if (!offer) throw new ServiceError('conflict', 'None of these partners is on duty.');
        return offerView(offer);
      },
      { once: request },
    );
  }

  /** The offers of an order, oldest first. Throws not_found. */
  async list(actor: Actor, id: string, query: PageQuery): Promise<Page<OfferDto>> {
    const row = await this.repository.find(id);
    requireRelation(row, actor, ['admin']);
    const request = pageRequest(query, UUID);
    const after = request.after === null ? undefined : gt(orderOffers.id, request.after);
    const rows = await this.database.db
      .select()
      .from(orderOffers)
      .where(and(eq(orderOffers.orderId, row.order.id), after))
      .orderBy(asc(orderOffers.id))
      .limit(request.take);
    return pageOf(rows, request, (offer) => offer.id, offerView);
  }

  private async expire(job: Job<ExpiryJob>): Promise<void> {
    const { order_id: orderId, offer_id: offerId } = job.data;
    await this.database.transaction(async (tx) => {
      await job.finish(tx);
      const { order } = await this.repository.lock(tx.db, orderId);
      const offer = await this.queue.find(tx, offerId);
      if (offer?.state !== 'open' || offer.expiresAt === null) return;
      // The clock of the database may be ahead of this node's, which decides whether an answer is in time.
      if (offer.expiresAt.getTime() > Date.now()) return this.queue.expireLater(tx, offer, offer.expiresAt);
      await this.queue.passOn(tx, order, offer, { outcome: 'expired', reason: null });
    });
  }

  /** Throws not_found, with a pointer to each partner that does not exist. */
  private async existing({ db }: { readonly db: Queryable }, given: readonly PartnerRef[]): Promise<string[]> {
    const errors: { pointer: string; detail: string }[] = [];
    for (const { id, pointer } of given) {
      const partner = isUuid(id) ? await this.partners.find(db, id) : null;
      if (!partner) errors.push({ pointer, detail: 'There is no such partner.' });
    }
    if (errors.length > 0) throw new ServiceError('not_found', 'There is no such partner.', { errors });
    return given.map(({ id }) => id);
  }
}

interface PartnerRef {
  readonly id: string;
  readonly pointer: string;
}

function partnerIdsOf({ partner_id: one, partner_ids: several }: OfferOrderDto): PartnerRef[] {
  if ((one === undefined) === (several === undefined)) {
    const detail = 'either partner_id or partner_ids is required';
    throw new ServiceError('invalid_message', detail, { errors: [{ pointer: '#/partner_ids', detail }] });
  }
  if (one !== undefined) return [{ id: one, pointer: '#/partner_id' }];
  return (several ?? []).map((id, index) => ({ id, pointer: `#/partner_ids/${index}` }));
}

/** An offer as returned by REST. */
export function offerView(offer: OfferRow): OfferDto {
  return {
    id: offer.id,
    order_id: offer.orderId,
    partner_id: offer.partnerId,
    state: offer.state,
    deadline_s: offer.deadlineS,
    expires_at: offer.expiresAt?.toISOString() ?? null,
    ...(offer.reason !== null && { reason: offer.reason }),
    created_at: offer.createdAt.toISOString(),
  };
}
