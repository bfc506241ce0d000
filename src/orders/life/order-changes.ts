import { Injectable } from '@nestjs/common';
import { authorOf } from '../../auth/principal/actor.js';
import type { Actor } from '../../auth/principal/actor.js';
import { Database } from '../../database/database.js';
import { ServiceError } from '../../errors/error/service-error.js';
import { EarningsService } from '../../partners/earnings.service.js';
import { OfferQueue } from './offer-queue.js';
import { OrderAnnouncements } from './order-announcements.js';
import { requireMayChange } from '../order/order-relation.js';
import { isOpen, mayFollow, nextStatuses } from '../status/order-status.js';
import type { OrderStatus } from '../status/order-status.js';
import type { OrderRow } from '../order/order-view.js';
import { OrdersRepository } from '../order/orders.repository.js';

/** A new status. `reason`: why the order is cancelled. */
export interface StatusChange {
  readonly status: OrderStatus;
  readonly reason?: string | null;
}

/**
 * Changes the status of orders. Each change runs in one transaction, under the order's row lock, together with its
 * history and messages.
 */
@Injectable()
export class OrderChanges {
  constructor(
    private readonly database: Database,
    private readonly repository: OrdersRepository,
    private readonly earnings: EarningsService,
    private readonly announcements: OrderAnnouncements,
    private readonly offers: OfferQueue,
  ) {}

  /**
   * Changes the status of the order. Repeating the current status changes nothing. Completing an order books the
   * partner's share of its total; without an assigned partner, nothing is booked. Throws not_found, forbidden, conflict
   * (`nextStatuses` lists the permitted transitions),
   * invalid_message for a reason with another status than cancelled.
   */
  changeStatus(actor: Actor, id: string, { status, reason = null }: StatusChange): Promise<OrderRow['order']> {
    if (reason !== null && status !== 'cancelled') throw reasonNotCancelled();
    return this.database.transaction(async (tx) => {
      const before = await this.repository.lock(tx.db, id);
      requireMayChange(before, actor, status);
      if (before.order.status === status) return before.order;
      if (!mayFollow(before.order.status, status)) throw mayNotFollow(before.order.status, status);
      const order = await this.repository.update(tx.db, before.order.id, { status });
      const change = { event: 'status_changed', author: authorOf(actor), reason } as const;
      await this.repository.recordChange(tx, before.order, order, change);
      if (!isOpen(status)) await this.offers.withdraw(tx, order.id);
      const { partnerUserId } = before;
      await this.announcements.statusChanged(tx, { order, partnerUserId }, authorOf(actor), reason);
      if (status === 'completed' && order.partnerId !== null) {
        await this.earnings.book(tx, { partnerId: order.partnerId, orderId: order.id, orderTotal: order.total });
      }
      return order;
    });
  }
}

function reasonNotCancelled(): ServiceError {
  const [pointer, detail] = ['#/reason', 'is only permitted with the status cancelled'];
  return new ServiceError('invalid_message', `${pointer} ${detail}`, { errors: [{ pointer, detail }] });
}

function mayNotFollow(from: OrderStatus, to: OrderStatus): ServiceError {
  const next = nextStatuses(from);
  const allowed =
    next.length > 0 ? `its next status can only be ${next.join(' or ')}` : 'its status can no longer change';
  const detail = `The order is ${from}: ${allowed}.`;
  return new ServiceError('conflict', detail, {
    errors: [{ pointer: '#/status', detail: `cannot change from ${from} to ${to}` }],
  });
}
