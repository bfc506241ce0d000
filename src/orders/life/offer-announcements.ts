import { Injectable } from '@nestjs/common';
import { Users } from '../../auth/users/users.js';
import { Settings } from '../../config/settings.js';
import type { Transaction } from '../../database/backend/transaction.js';
import { NotificationsService } from '../../notifications/notification/notifications.service.js';
import { NotificationSender } from '../../notifications/sending/notification-sender.js';
import type { PartnerDto } from '../../partners/partners.dto.js';
import { partnerStream } from '../../streams/names/group-names.js';
import { ownGroup } from '../../streams/names/own-group.js';
import { StreamLog } from '../../streams/stream-log.js';
import { unlinked } from '../../text/unlinked-text.js';
import { orderView } from '../order/order-view.js';
import type { OrderRow } from '../order/order-view.js';
import { statusLanguage } from '../status/order-status-texts.js';

/** How an offer ended. */
export type OfferOutcome = 'accepted' | 'declined' | 'expired' | 'withdrawn';

/**
 * Publishes offers to their partners: on the partner's sockets, and as a notification. Django consumers do not know these
 * types, so they are published to the service's own group.
 */
@Injectable()
export class OfferAnnouncements {
  constructor(
    private readonly streamLog: StreamLog,
    private readonly sender: NotificationSender,
    private readonly notifications: NotificationsService,
    private readonly settings: Settings,
    private readonly users: Users,
  ) {}

  /** Returns the id of the notification. */
  async offered(
    tx: Transaction,
    order: OrderRow['order'],
    { id, user_id: userId }: PartnerDto,
    expiresAt: Date,
  ): Promise<string | null> {
    const profiles = await this.users.profiles([userId], tx.db);
    const { defaultLanguage } = this.settings.notifications;
    const language = statusLanguage(profiles.get(userId)?.language ?? null, defaultLanguage);
    const stream = partnerStream(id);
    const message = {
      type: 'order_offered',
      order: orderView({ order }, this.settings.orders.currency, language),
      expires_at: expiresAt.toISOString(),
    };
    this.streamLog.append(tx, stream, message, { group: ownGroup(stream) });
    const data = {
      order_id: order.id,
      expires_at: expiresAt.toISOString(),
      // The customer wrote these addresses, and they are also sent by e-mail and SMS.
      pickup_address: unlinked(order.pickupAddress),
      delivery_address: unlinked(order.deliveryAddress),
    };
    const [notification] = await this.sender.notify(tx, [userId], { notificationType: 'order_offer', data });
    return notification?.id ?? null;
  }

  /** Removes the notification if it is still unread: the partner can no longer answer. */
  async ended(
    tx: Transaction,
    orderId: string,
    { id, user_id: userId }: PartnerDto,
    notificationId: string | null,
    outcome: OfferOutcome,
  ): Promise<void> {
    const stream = partnerStream(id);
    const message = { type: 'order_offer_ended', order_id: orderId, outcome };
    this.streamLog.append(tx, stream, message, { group: ownGroup(stream) });
    if (notificationId === null) return;
    if (outcome === 'accepted' || outcome === 'declined') await this.notifications.settle(tx, userId, notificationId);
    else await this.notifications.withdraw(tx, userId, notificationId);
  }
}
