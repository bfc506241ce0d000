import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { Transaction } from '../../database/backend/transaction.js';
import { NotificationEvents } from '../../notifications/notification/notification-events.js';
import type { CreatedNotifications, DeliveryRequest } from '../../notifications/notification/notification-events.js';
import { BroadcastDeliveries } from './broadcast-deliveries.js';
import { ChannelDecisions } from './channel-decisions.js';
import type { UserDecisions } from './channel-decisions.js';
import { DeliveriesRepository } from '../record/deliveries.repository.js';
import type { NewDelivery, Undelivered } from '../record/delivery.js';
import { PlannedSends } from './planned-sends.js';
import { deliveryPlan } from './delivery-plan.js';
import { DeliveryQueues } from './delivery-queues.js';

const NOWHERE: UserDecisions = { channels: new Map(), escalate: [] };

/** Plans deliveries when a notification is created: inserts a row and a job per channel, in the same transaction. */
@Injectable()
export class DeliveryPlanner implements OnModuleInit {
  constructor(
    private readonly events: NotificationEvents,
    private readonly decisions: ChannelDecisions,
    private readonly repository: DeliveriesRepository,
    private readonly queues: DeliveryQueues,
    private readonly sends: PlannedSends,
    private readonly broadcasts: BroadcastDeliveries,
  ) {}

  onModuleInit(): void {
    this.events.onCreated((tx, created) => this.planCreated(tx, created));
    this.broadcasts.onSlice((tx, notifications, request) => {
      return this.plan(tx, notifications, { ...request, escalate: [] }, { isBroadcast: true });
    });
  }

  /** Returns the planned deliveries. */
  async plan(
    tx: Transaction,
    notifications: readonly Undelivered[],
    request: DeliveryRequest,
    { isBroadcast = false } = {},
  ): Promise<readonly NewDelivery[]> {
    const [first] = notifications;
    if (!first) return [];
    const { notificationType } = first;
    const userIds = notifications.map(({ userId }) => userId);
    const now = new Date();
    const decided = await this.decisions.decide(tx.db, {
      ...{ userIds, notificationType, now },
      ...{ channels: request.channels, escalate: request.escalate },
    });
    const rows = notifications.flatMap(({ notificationId, userId }) => {
      const { channels: decisions, escalate } = decided.get(userId) ?? NOWHERE;
      const plan = deliveryPlan({
        ...{ notificationId, userId, decisions, escalate },
        isOff: (channel) => this.sends.isOff(channel),
      });
      // Preferences do not exclude broadcasts from sockets, so no such row may be recorded.
      return isBroadcast ? plan.filter(({ channel }) => channel !== 'websocket') : plan;
    });
    await this.repository.insert(tx.db, rows);
    await this.queues.enqueue(tx, rows);
    return rows;
  }

  private async planCreated(
    tx: Transaction,
    { notifications, request, withhold }: CreatedNotifications,
  ): Promise<void> {
    const [first] = notifications;
    if (first?.userId === null) {
      if (request.channels?.includes('websocket') === false) withhold(first.view.id);
      await this.broadcasts.start(tx, first.view, request);
      return;
    }
    const undelivered = notifications.map(({ userId, view }) => ({
      ...{ notificationId: view.id, userId: userId as string, notificationType: view.notification_type },
    }));
    for (const { notificationId, channel } of await this.plan(tx, undelivered, request)) {
      if (channel === 'websocket') withhold(notificationId);
    }
  }
}
