import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { eq } from 'drizzle-orm';
import { UserEvents } from '../../auth/users/user-events.js';
import type { UserEvent } from '../../auth/users/user-events.js';
import { users } from '../../auth/users/users.table.js';
import { Settings } from '../../config/settings.js';
import type { Transaction } from '../../database/backend/transaction.js';
import type { ChangedDelivery } from '../../deliveries/record/deliveries.repository.js';
import { DeliveryChanges } from '../../deliveries/record/delivery-changes.js';
import { NotificationEvents } from '../../notifications/notification/notification-events.js';
import { OrderEvents } from '../../orders/order/order-events.js';
import type { RecordedOrderEvent } from '../../orders/order/order-events.js';
import { historyView, orderView } from '../../orders/order/order-view.js';
import { orders } from '../../orders/order/orders.table.js';
import { statusLanguage } from '../../orders/status/order-status-texts.js';
import { WebhookOutbox } from './webhook-outbox.js';

/** Events about a broadcast do not wait for those of other users. `userId` null: the broadcast itself. */
const notificationSubject = (id: string, userId: string | null): string =>
  userId === null ? `notification ${id}` : `notification ${id} ${userId}`;
const userSubject = (id: string): string => `user ${id}`;

/** Turns the events of other rooms into messages for the endpoints that receive them. */
@Injectable()
export class EventSources implements OnModuleInit {
  constructor(
    private readonly outbox: WebhookOutbox,
    private readonly notifications: NotificationEvents,
    private readonly deliveries: DeliveryChanges,
    private readonly orderEvents: OrderEvents,
    private readonly userEvents: UserEvents,
    private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    this.watchNotifications();
    this.deliveries.onChanged(async (tx, changed) => {
      // One statement for each status, because a transaction may change thousands of deliveries.
      for (const status of new Set(changed.map((each) => each.status))) {
        // Queued again: `failed` was sent, and the next outcome will be.
        if (status === 'queued') continue;
        const same = changed.filter((each) => each.status === status);
        await this.outbox.append(tx, `delivery.${status}`, () => same.map(deliveryEvent));
      }
    });
    this.orderEvents.on((tx, recorded) => this.order(tx, recorded));
    this.userEvents.on((tx, userId, event) => this.user(tx, userId, event));
  }

  private watchNotifications(): void {
    this.notifications.onCreated((tx, { notifications }) =>
      this.outbox.append(tx, 'notification.created', () =>
        notifications.map(({ userId, view }) => ({
          subject: notificationSubject(view.id, userId),
          data: { user_id: userId, notification: view },
        })),
      ),
    );
    this.notifications.onRead((tx, userId, ids) =>
      this.outbox.append(tx, 'notification.read', () => seen(userId, ids)),
    );
    this.notifications.onDeleted((tx, userId, ids) =>
      this.outbox.append(tx, 'notification.deleted', () => seen(userId, ids)),
    );
    this.notifications.onRetracted((tx, { id, userId }) =>
      this.outbox.append(tx, 'notification.retracted', () => [
        { subject: notificationSubject(id, userId), data: { user_id: userId, notification_id: id } },
      ]),
    );
  }

  private order(tx: Transaction, recorded: RecordedOrderEvent): Promise<void> {
    const language = statusLanguage(null, this.settings.notifications.defaultLanguage);
    return this.outbox.append(tx, `order.${recorded.event}`, async () => {
      const [order] = await tx.db.select().from(orders).where(eq(orders.id, recorded.orderId));
      const view = order && orderView({ order }, this.settings.orders.currency, language);
      return [{ subject: `order ${recorded.orderId}`, data: { order: view, change: historyView(recorded, language) } }];
    });
  }

  private user(tx: Transaction, userId: string, event: UserEvent): Promise<void> {
    return this.outbox.append(tx, `user.${event}`, async () => {
      const { id, email, name, role, phone, language, timeZone, disabled } = users;
      const [user] = await tx.db
        .select({ id, email, name, role, phone, language, time_zone: timeZone, disabled })
        .from(users)
        .where(eq(users.id, userId));
      return [{ subject: userSubject(userId), data: { user: event === 'deleted' ? { id: userId } : user } }];
    });
  }
}

function deliveryEvent({ notificationId, userId, channel, status }: ChangedDelivery) {
  return {
    subject: notificationSubject(notificationId, userId),
    data: { notification_id: notificationId, user_id: userId, channel, status },
  };
}

/** One event for each notification, or one event if the user read all. */
function seen(userId: string, ids: readonly string[] | 'all') {
  if (ids === 'all') return [{ subject: userSubject(userId), data: { user_id: userId, notification_id: null } }];
  return ids.map((id) => ({
    subject: notificationSubject(id, userId),
    data: { user_id: userId, notification_id: id },
  }));
}
