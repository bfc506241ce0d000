import { Injectable } from '@nestjs/common';
import { authorOf } from '../../auth/principal/actor.js';
import type { Actor } from '../../auth/principal/actor.js';
import { Database } from '../../database/database.js';
import type { Transaction } from '../../database/backend/transaction.js';
import { ServiceError } from '../../errors/service-error.js';
import { EarningsService } from '../../partners/earnings.service.js';
import { PartnersService } from '../../partners/partners.service.js';
import { SocketCloser } from '../../realtime/socket-closer.js';
import { orderStream } from '../../streams/names/group-names.js';
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
 * Changes orders. Each change runs in one transaction, under the order's row lock, together with its history and
 * messages.
 */
@Injectable()
export class OrderChanges {
  constructor(
    private readonly database: Database,
    private readonly repository: OrdersRepository,
    private readonly partners: PartnersService,
    private readonly earnings: EarningsService,
    private readonly announcements: OrderAnnouncements,
    private readonly socketCloser: SocketCloser,
  ) {}

  /**
   * Assigns the order to a partner, or reassigns it until it is picked up. Reassigning closes the previous partner's
   * sockets on the order. Assigning the order to its current partner changes nothing. Throws not_found (order or
   * partner), conflict (too late).
   */
  assign(actor: Actor, id: string, partnerId: string): Promise<OrderRow['order']> {
    return this.database.transaction(async (tx) => {
      const before = await this.repository.lock(tx.db, id);
      const partner = await this.partners.find(tx.db, partnerId);
      if (!partner) throw noSuchPartner();
      if (!isOpen(before.order.status)) {
        throw new ServiceError('conflict', `An order that is ${before.order.status} can no longer be assigned.`);
      }
      if (before.order.partnerId === partner.id) return before.order;
      const order = await this.repository.update(tx.db, before.order.id, { partnerId: partner.id });
      await this.record(tx, actor, before, order, 'assigned');
      await this.announcements.assigned(tx, order, partner.user_id, before);
      this.dismiss(tx, before);
      return order;
    });
  }

  /**
   * Changes the status of the order. Repeating the current status changes nothing. Completing an order books its total
   * as the partner's earning; without an assigned partner, nothing is booked. Throws not_found, forbidden, conflict
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
      await this.record(tx, actor, before, order, 'status_changed', reason);
      const { partnerUserId } = before;
      await this.announcements.statusChanged(tx, { order, partnerUserId }, authorOf(actor), reason);
      if (status === 'completed' && order.partnerId !== null) {
        await this.earnings.book(tx, { partnerId: order.partnerId, orderId: order.id, amount: order.total });
      }
      return order;
    });
  }

  private record(
    tx: Transaction,
    actor: Actor,
    { order: before }: OrderRow,
    after: OrderRow['order'],
    event: 'assigned' | 'status_changed',
    reason: string | null = null,
  ): Promise<void> {
    return this.repository.addHistory(tx.db, {
      orderId: after.id,
      event,
      fromStatus: before.status,
      toStatus: after.status,
      partnerId: after.partnerId,
      author: authorOf(actor),
      reason,
    });
  }

  /** Closes the previous partner's sockets on the order. */
  private dismiss(tx: Transaction, { order, partnerUserId }: OrderRow): void {
    if (partnerUserId === null) return;
    const error = new ServiceError('forbidden', 'The order was assigned to another partner.');
    this.socketCloser.close(tx, { userId: partnerUserId, group: orderStream(order.id) }, error);
  }
}

function noSuchPartner(): ServiceError {
  const detail = 'There is no such partner.';
  return new ServiceError('not_found', detail, { errors: [{ pointer: '#/partner_id', detail }] });
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
