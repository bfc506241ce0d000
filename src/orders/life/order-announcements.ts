import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import type { Author } from '../../auth/principal/actor.js';
import type { Transaction } from '../../database/backend/transaction.js';
import { unlinked } from '../../text/unlinked-text.js';
import type { MessageObject } from '../../channel-layer/interface/message.js';
import { NotificationSender } from '../../notifications/sending/notification-sender.js';
import { orderStream, partnerStream } from '../../streams/names/group-names.js';
import { ownGroup } from '../../streams/names/own-group.js';
import { ServiceError } from '../../errors/error/service-error.js';
import { SocketCloser } from '../../realtime/socket-closer.js';
import { StreamLog } from '../../streams/stream-log.js';
import { Users } from '../../auth/users/users.js';
import type { Milestone, OrderPlace } from './order-milestones.table.js';
import { OrderPresence } from './order-presence.js';
import { orderView } from '../order/order-view.js';
import type { OrderRow } from '../order/order-view.js';
import { displayStatus, statusLanguage } from '../status/order-status-texts.js';

type Order = OrderRow['order'];

/** What a notification says about an order. */
interface OrderEvent {
  readonly event: string;
  readonly place?: OrderPlace | null;
  readonly reason?: string;
  /** The names of the members that an edit changed. */
  readonly changed?: string[];
}

/**
 * Publishes changes of orders: to the order's sockets, to the partner's sockets, and as notifications to the affected
 * users.
 */
@Injectable()
export class OrderAnnouncements {
  constructor(
    private readonly streamLog: StreamLog,
    private readonly notifications: NotificationSender,
    private readonly settings: Settings,
    private readonly presence: OrderPresence,
    private readonly users: Users,
    private readonly socketCloser: SocketCloser,
  ) {}

  /**
   * `former`: the order before the change, including the previous partner if there was one. A partner who accepted an
   * offer (`author`) is not notified.
   */
  async assigned(
    tx: Transaction,
    order: Order,
    partnerUserId: string,
    former: OrderRow,
    author: Author,
  ): Promise<void> {
    this.update(tx, order);
    tx.afterCommit(() => {
      this.presence.partnerChanged(order.id, partnerUserId);
    });
    const profiles = await this.users.profiles([partnerUserId], tx.db);
    const language = statusLanguage(
      profiles.get(partnerUserId)?.language ?? null,
      this.settings.notifications.defaultLanguage,
    );
    this.streamLog.append(tx, partnerStream(order.partnerId ?? ''), {
      type: 'new_order',
      order: orderView({ order }, this.settings.orders.currency, language),
    });
    const recipients = author.userId === partnerUserId ? [] : [partnerUserId];
    await this.notify(tx, order, recipients, { event: 'assigned' });
    if (former.partnerUserId === null) return;
    this.lost(tx, former, 'The order was assigned to another partner.');
    await this.notify(tx, order, [former.partnerUserId], { event: 'unassigned' });
  }

  /** `former`: the order before the change, with the partner who lost it. */
  async unassigned(tx: Transaction, order: Order, former: OrderRow, reason: string | null): Promise<void> {
    this.withoutPartner(tx, order, former, reason);
    const recipients = former.partnerUserId === null ? [] : [former.partnerUserId];
    await this.notify(tx, order, recipients, { event: 'removed', ...(reason !== null && { reason }) });
  }

  /** Notifies the dispatcher, if there is one. `former`: the order before the change. */
  async handedBack(
    tx: Transaction,
    order: Order,
    former: OrderRow,
    dispatcher: string | null,
    reason: string,
  ): Promise<void> {
    this.withoutPartner(tx, order, former, reason);
    await this.notify(tx, order, dispatcher === null ? [] : [dispatcher], { event: 'handed_back', reason });
  }

  /** No partner accepted the order. Notifies the dispatcher, if there is one. */
  async offersEnded(tx: Transaction, order: Order, dispatcher: string | null): Promise<void> {
    await this.notify(tx, order, dispatcher === null ? [] : [dispatcher], { event: 'offers_ended' });
  }

  /** `changed`: the changed members of the order and their new values. Does not notify the user who made the change. */
  async edited(
    tx: Transaction,
    { order, partnerUserId }: OrderRow,
    changedBy: Author,
    changed: MessageObject,
  ): Promise<void> {
    this.update(tx, order, { changed: { ...changed, version: order.version } });
    const concerned = [order.customerId, ...(partnerUserId === null ? [] : [partnerUserId])];
    const others = concerned.filter((userId) => userId !== changedBy.userId);
    await this.notify(tx, order, others, { event: 'edited', changed: Object.keys(changed) });
  }

  /** `reason`: why the order was cancelled. Does not notify the user who made the change. */
  async statusChanged(
    tx: Transaction,
    { order, partnerUserId }: OrderRow,
    changedBy: Author,
    reason: string | null,
  ): Promise<void> {
    this.update(tx, order, reason === null ? {} : { reason });
    const concerned = [order.customerId, ...(order.status === 'cancelled' && partnerUserId ? [partnerUserId] : [])];
    const others = concerned.filter((userId) => userId !== changedBy.userId);
    await this.notify(tx, order, others, { event: 'status_changed', ...(reason !== null && { reason }) });
  }

  /**
   * Announces that the partner is near an address, or has arrived there. `events`: what one position has reached, in
   * order. Sockets receive each event; the notification is about the last one, because it includes the others.
   */
  async reached(tx: Transaction, order: Order, place: OrderPlace, events: readonly Milestone[]): Promise<void> {
    for (const event of events) this.update(tx, order, { event, place });
    const event = events.at(-1);
    if (event !== undefined) await this.notify(tx, order, [order.customerId], { event, place });
  }

  /**
   * Title and message come from the notification type, in the language of each user. Its texts refer to these members
   * of `data`.
   */
  private async notify(
    tx: Transaction,
    { id, status, pickupAddress, deliveryAddress }: Order,
    userIds: readonly string[],
    { event, place = null, reason, ...further }: OrderEvent,
  ): Promise<void> {
    // Users wrote these texts, and they are also sent by e-mail and SMS.
    const addresses = { pickup_address: unlinked(pickupAddress), delivery_address: unlinked(deliveryAddress) };
    const data = {
      ...{ order_id: id, status, event, place, ...addresses, ...further },
      ...(reason !== undefined && { has_reason: 'yes', reason: unlinked(reason) }),
    };
    await this.notifications.notify(tx, userIds, { notificationType: 'order_update', data });
  }

  private withoutPartner(tx: Transaction, order: Order, former: OrderRow, reason: string | null): void {
    this.update(tx, order, reason === null ? {} : { reason });
    tx.afterCommit(() => {
      this.presence.partnerChanged(order.id, null);
    });
    this.lost(tx, former, 'The order is no longer assigned to you.');
  }

  /** Tells the partner's sockets that the order is no longer theirs, and closes their sockets of the order. */
  private lost(tx: Transaction, { order: { id, partnerId }, partnerUserId }: OrderRow, detail: string): void {
    if (partnerId === null || partnerUserId === null) return;
    const error = new ServiceError('forbidden', detail);
    this.socketCloser.close(tx, { userId: partnerUserId, group: orderStream(id) }, error);
    const stream = partnerStream(partnerId);
    // Django consumers do not know this type, so it is published to the service's own group.
    this.streamLog.append(tx, stream, { type: 'order_unassigned', order_id: id }, { group: ownGroup(stream) });
  }

  private update(tx: Transaction, order: Order, further: MessageObject = {}): void {
    this.streamLog.append(tx, orderStream(order.id), {
      type: 'order_update',
      data: {
        ...further,
        order_id: order.id,
        status: order.status,
        status_display: displayStatus(order.status, statusLanguage(null, this.settings.notifications.defaultLanguage)),
        partner_id: order.partnerId,
        updated_at: order.updatedAt.toISOString(),
      },
    });
  }
}
