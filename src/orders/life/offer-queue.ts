import { Injectable } from '@nestjs/common';
import { and, asc, desc, eq, inArray } from 'drizzle-orm';
import { uuidv7 } from 'uuidv7';
import type { Author } from '../../auth/principal/actor.js';
import type { Transaction } from '../../database/backend/transaction.js';
import { Jobs } from '../../jobs/jobs.js';
import type { Queue } from '../../jobs/queue.js';
import { PartnersService } from '../../partners/partners.service.js';
import type { OrderRow } from '../order/order-view.js';
import { OrdersRepository } from '../order/orders.repository.js';
import { OfferAnnouncements } from './offer-announcements.js';
import type { OfferOutcome } from './offer-announcements.js';
import { OrderAnnouncements } from './order-announcements.js';
import { orderOffers } from './order-offers.table.js';

type Order = OrderRow['order'];
export type OfferRow = typeof orderOffers.$inferSelect;

export interface ExpiryJob {
  readonly order_id: string;
  readonly offer_id: string;
}

/** The service itself, not a user or an API key. */
const SERVICE: Author = { userId: null, keyId: null };

/**
 * The partners to whom an order is offered, one after the other. Every method requires the order's row lock, so that of
 * an answer, an expiry and a withdrawal at the same time exactly one happens.
 */
@Injectable()
export class OfferQueue {
  readonly expiries: Queue<ExpiryJob>;

  constructor(
    private readonly jobs: Jobs,
    private readonly partners: PartnersService,
    private readonly repository: OrdersRepository,
    private readonly announcements: OfferAnnouncements,
    private readonly orderAnnouncements: OrderAnnouncements,
  ) {
    this.expiries = jobs.declare('expire_offer', { concurrency: 4 });
  }

  /** Adds offers to these partners, in this order. `next` opens the first one. */
  async add(tx: Transaction, orderId: string, partnerIds: readonly string[], deadlineS: number): Promise<void> {
    const rows = partnerIds.map((partnerId) => ({ id: uuidv7(), orderId, partnerId, deadlineS }));
    await tx.db.insert(orderOffers).values(rows);
  }

  /**
   * Opens the offer to the next partner who is on duty, with a job that ends it at its deadline. Returns that offer, or
   * null if no partner is left.
   */
  async next(tx: Transaction, order: Order, author: Author): Promise<OfferRow | null> {
    const waiting = await tx.db
      .select()
      .from(orderOffers)
      .where(and(eq(orderOffers.orderId, order.id), eq(orderOffers.state, 'waiting')))
      .orderBy(asc(orderOffers.id));
    for (const offer of waiting) {
      const partner = await this.partners.find(tx.db, offer.partnerId);
      if (!partner?.on_duty) {
        await this.set(tx, offer, { state: 'skipped', closedAt: new Date() });
        continue;
      }
      const expiresAt = new Date(Date.now() + offer.deadlineS * 1_000);
      const notificationId = await this.announcements.offered(tx, order, partner, expiresAt);
      await this.expireLater(tx, offer, expiresAt);
      const change = { event: 'offered', author, partnerId: offer.partnerId } as const;
      await this.repository.recordChange(tx, order, order, change);
      return this.set(tx, offer, { state: 'open', expiresAt, notificationId });
    }
    return null;
  }

  async expireLater(tx: Transaction, { id, orderId }: OfferRow, startAfter: Date): Promise<void> {
    await this.jobs.enqueue(tx, this.expiries, { order_id: orderId, offer_id: id }, { startAfter });
  }

  /** Ends an open offer. */
  async end(tx: Transaction, offer: OfferRow, outcome: OfferOutcome, reason: string | null = null): Promise<void> {
    await this.set(tx, offer, { state: outcome, closedAt: new Date(), reason });
    const partner = await this.partners.find(tx.db, offer.partnerId);
    if (partner) await this.announcements.ended(tx, offer.orderId, partner, offer.notificationId, outcome);
  }

  /**
   * Ends an open offer that was not accepted, and opens the next one. If no partner is left, notifies the administrator
   * who made the offer. `author`: who declined; absent for an expiry.
   */
  async passOn(
    tx: Transaction,
    order: Order,
    offer: OfferRow,
    { outcome, reason, author = SERVICE }: { outcome: 'declined' | 'expired'; reason: string | null; author?: Author },
  ): Promise<void> {
    await this.end(tx, offer, outcome, reason);
    const { partnerId } = offer;
    await this.repository.recordChange(tx, order, order, { event: `offer_${outcome}`, author, reason, partnerId });
    if (await this.next(tx, order, SERVICE)) return;
    const dispatcher = await this.repository.dispatcherOf(tx.db, order.id);
    await this.orderAnnouncements.offersEnded(tx, order, dispatcher);
  }

  /** Ends all offers of the order, because it can no longer be accepted. */
  async withdraw(tx: Transaction, orderId: string): Promise<void> {
    const pending = await tx.db
      .select()
      .from(orderOffers)
      .where(and(eq(orderOffers.orderId, orderId), inArray(orderOffers.state, ['open', 'waiting'])));
    for (const offer of pending) {
      if (offer.state === 'open') await this.end(tx, offer, 'withdrawn');
      else await this.set(tx, offer, { state: 'withdrawn', closedAt: new Date() });
    }
  }

  /** The newest offer of the order to the partner. */
  async newestOf(tx: Transaction, orderId: string, partnerId: string): Promise<OfferRow | null> {
    const [offer] = await tx.db
      .select()
      .from(orderOffers)
      .where(and(eq(orderOffers.orderId, orderId), eq(orderOffers.partnerId, partnerId)))
      .orderBy(desc(orderOffers.id))
      .limit(1);
    return offer ?? null;
  }

  async find(tx: Transaction, id: string): Promise<OfferRow | null> {
    const [offer] = await tx.db.select().from(orderOffers).where(eq(orderOffers.id, id));
    return offer ?? null;
  }

  private async set(tx: Transaction, { id }: OfferRow, changes: Partial<OfferRow>): Promise<OfferRow> {
    const [changed] = await tx.db.update(orderOffers).set(changes).where(eq(orderOffers.id, id)).returning();
    return changed as OfferRow;
  }
}
