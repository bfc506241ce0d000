import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { Transaction } from '../../database/backend/transaction.js';
import { NotificationEvents } from '../../notifications/notification/notification-events.js';
import type { CreatedNotifications } from '../../notifications/notification/notification-events.js';
import { BroadcastDeliveries } from './broadcast-deliveries.js';
import { DeliveryPlanner } from './delivery-planner.js';

/** Plans the deliveries of each notification when it is created, in the same transaction. */
@Injectable()
export class CreationPlanner implements OnModuleInit {
  constructor(
    private readonly events: NotificationEvents,
    private readonly planner: DeliveryPlanner,
    private readonly broadcasts: BroadcastDeliveries,
  ) {}

  onModuleInit(): void {
    this.events.onCreated((tx, created) => this.plan(tx, created));
  }

  private async plan(tx: Transaction, { notifications, request, withhold }: CreatedNotifications): Promise<void> {
    const [first] = notifications;
    if (first?.userId === null) {
      if (request.channels?.includes('websocket') === false) withhold(first.view.id);
      await this.broadcasts.start(tx, first.view, request);
      return;
    }
    const undelivered = notifications.map(({ userId, view }) => ({
      notificationId: view.id,
      userId: userId as string,
      notificationType: view.notification_type,
    }));
    for (const { notificationId, channel } of await this.planner.plan(tx, undelivered, request)) {
      if (channel === 'websocket') withhold(notificationId);
    }
  }
}
