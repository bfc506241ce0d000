import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/backend/transaction.js';
import type { DeliveryRequest } from '../../notifications/notification/notification-events.js';
import { ChannelDecisions } from './channel-decisions.js';
import type { UserDecisions } from './channel-decisions.js';
import { DeliveriesRepository } from '../record/deliveries.repository.js';
import type { NewDelivery, Undelivered } from '../record/delivery.js';
import { PlannedSends } from './planned-sends.js';
import { deliveryPlan } from './delivery-plan.js';
import { DeliveryQueues } from './delivery-queues.js';

const NO_CHANNELS: UserDecisions = { channels: new Map(), escalate: [] };

/** Plans deliveries of notifications: inserts a row and a job per channel, in the transaction that creates them. */
@Injectable()
export class DeliveryPlanner {
  constructor(
    private readonly decisions: ChannelDecisions,
    private readonly repository: DeliveriesRepository,
    private readonly queues: DeliveryQueues,
    private readonly sends: PlannedSends,
  ) {}

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
      userIds,
      notificationType,
      now,
      channels: request.channels,
      escalate: request.escalate,
    });
    const rows = notifications.flatMap(({ notificationId, userId }) => {
      const { channels: decisions, escalate } = decided.get(userId) ?? NO_CHANNELS;
      const plan = deliveryPlan({
        notificationId,
        userId,
        decisions,
        escalate,
        isOff: (channel) => this.sends.isOff(channel),
      });
      // Preferences do not exclude broadcasts from sockets, so no such row may be recorded.
      return isBroadcast ? plan.filter(({ channel }) => channel !== 'websocket') : plan;
    });
    await this.repository.insert(tx.db, rows);
    await this.queues.enqueue(tx, rows);
    return rows;
  }
}
