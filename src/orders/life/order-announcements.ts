import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import type { Transaction } from '../../database/backend/transaction.js';
import { unlinked } from '../../input/unlinked-text.js';
import type { JsonObject } from '../../notifications/notification/json-object.js';
import { NotificationSender } from '../../notifications/sending/notification-sender.js';
import { orderStream, partnerStream } from '../../streams/names/group-names.js';
import { ownGroup } from '../../streams/names/own-group.js';
import { StreamLog } from '../../streams/stream-log.js';
import type { Milestone, OrderPlace } from './order-milestones.table.js';
import { OrderPresence } from './order-presence.js';
import { displayStatus } from '../order/order-status.js';
import { orderView } from '../order/order-view.js';
import type { OrderRow } from '../order/order-view.js';

type Order = OrderRow['order'];

/** Who is told what when an order changes: its own sockets, the partner, and the people concerned by a notification. */
@Injectable()
export class OrderAnnouncements {
  constructor(
    private readonly streamLog: StreamLog,
    private readonly notifications: NotificationSender,
    private readonly settings: Settings,
    private readonly presence: OrderPresence,
  ) {}

  /** `former`: the order before, with the partner who loses it, if there was one. */
  async assigned(tx: Transaction, order: Order, partnerUserId: string, former: OrderRow): Promise<void> {
    this.update(tx, order);
    tx.afterCommit(() => {
      this.presence.partnerChanged(order.id, partnerUserId);
    });
    this.streamLog.append(tx, partnerStream(order.partnerId ?? ''), {
      type: 'new_order',
      order: orderView({ order }, this.settings.currency),
    });
    await this.notify(tx, order, partnerUserId, 'New order', 'assigned');
    if (former.order.partnerId === null || former.partnerUserId === null) return;
    const stream = partnerStream(former.order.partnerId);
    // Consumers of Django do not know the type, so it goes to our own group.
    this.streamLog.append(tx, stream, { type: 'order_unassigned', order_id: order.id }, { group: ownGroup(stream) });
    await this.notify(tx, order, former.partnerUserId, 'Order given to another partner', 'unassigned');
  }

  private async notify(tx: Transaction, order: Order, userId: string, title: string, event: string): Promise<void> {
    await this.notifications.notify(tx, [userId], {
      notificationType: 'order_update',
      title,
      message: `${route(order)}.`,
      data: { order_id: order.id, status: order.status, event },
    });
  }

  /** Nobody is notified of what they did themselves. */
  async statusChanged(tx: Transaction, { order, partnerUserId }: OrderRow, changedBy: string): Promise<void> {
    this.update(tx, order);
    const concerned = [order.customerId, ...(order.status === 'cancelled' && partnerUserId ? [partnerUserId] : [])];
    const display = displayStatus(order.status);
    await this.notifications.notify(
      tx,
      concerned.filter((userId) => userId !== changedBy),
      {
        notificationType: 'order_update',
        title: `Order ${display.toLowerCase()}`,
        message: `${route(order)}: ${display.toLowerCase()}.`,
        data: { order_id: order.id, status: order.status },
      },
    );
  }

  /** The partner comes near to an address, or is there. */
  async reached(tx: Transaction, order: Order, place: OrderPlace, event: Milestone): Promise<void> {
    this.update(tx, order, { event, place });
    const at = unlinked(place === 'pickup' ? order.pickupAddress : order.deliveryAddress);
    const [title, message] =
      event === 'nearby' ? ['Your partner is nearby', `Soon at ${at}.`] : ['Your partner has arrived', `At ${at}.`];
    await this.notifications.notify(tx, [order.customerId], {
      notificationType: 'order_update',
      title,
      message,
      data: { order_id: order.id, status: order.status, event, place },
    });
  }

  private update(tx: Transaction, order: Order, further: JsonObject = {}): void {
    this.streamLog.append(tx, orderStream(order.id), {
      type: 'order_update',
      data: {
        ...further,
        order_id: order.id,
        status: order.status,
        status_display: displayStatus(order.status),
        partner_id: order.partnerId,
        updated_at: order.updatedAt.toISOString(),
      },
    });
  }
}

/** Goes out as mail and SMS too, and the customer wrote the addresses. */
function route({ pickupAddress, deliveryAddress }: Order): string {
  return `Order from ${unlinked(pickupAddress)} to ${unlinked(deliveryAddress)}`;
}
