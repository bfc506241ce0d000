import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { Database } from '../../database/database.js';
import { execute } from '../../database/execute.js';
import type { Queryable, Transaction } from '../../database/backend/transaction.js';
import type { Job } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import type { Queue } from '../../jobs/queue.js';
import type { DeliveryRequest } from '../../notifications/notification/notification-events.js';
import type { NotificationDto } from '../../notifications/requests/notifications.dto.js';
import { PROVIDER_CHANNELS } from '../../providers/provider/delivery-provider.js';
import type { ProviderChannel } from '../../providers/provider/delivery-provider.js';
import { DeliveryPlanner } from './delivery-planner.js';

/** Users planned in one transaction. */
const SLICE = 500;

interface BroadcastJob {
  readonly notification_id: string;
  readonly notification_type: string;
  readonly channels: readonly ProviderChannel[];
  /** Users with ids up to this one have been planned. */
  readonly after: string;
}

/**
 * Plans deliveries of broadcasts. A broadcast is sent to sockets only, unless its request names other channels. In that case
 * every user who existed when it was sent gets deliveries, planned in the background in slices. Each slice is a job that plans
 * its users and enqueues the next slice in the same transaction.
 */
@Injectable()
export class BroadcastDeliveries {
  private readonly queue: Queue<BroadcastJob>;

  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly planner: DeliveryPlanner,
  ) {
    this.queue = jobs.declare('plan_broadcast');
    jobs.handle(this.queue, (job) => this.slice(job));
  }

  async start(tx: Transaction, notification: NotificationDto, { channels = [] }: DeliveryRequest): Promise<void> {
    const named = PROVIDER_CHANNELS.filter((channel) => channels.includes(channel));
    if (named.length === 0) return;
    const { id, notification_type } = notification;
    await this.jobs.enqueue(tx, this.queue, { notification_id: id, notification_type, channels: named, after: '' });
  }

  private slice(job: Job<BroadcastJob>): Promise<void> {
    const { notification_id: notificationId, notification_type: notificationType, channels, after } = job.data;
    return this.database.transaction(async (tx) => {
      const userIds = await usersOf(tx.db, notificationId, after);
      const undelivered = userIds.map((userId) => ({ notificationId, userId, notificationType }));
      const request = { channels: ['websocket' as const, ...channels], escalate: [] };
      await this.planner.plan(tx, undelivered, request, { isBroadcast: true });
      const last = userIds.at(-1);
      if (last !== undefined && userIds.length === SLICE) {
        await this.jobs.enqueue(tx, this.queue, { ...job.data, after: last });
      }
      await job.finish(tx);
    });
  }
}

/** None if the broadcast is retracted. A retraction waits until this transaction ends, so it finds what is planned. */
async function usersOf(db: Queryable, notificationId: string, after: string): Promise<string[]> {
  const { rows } = await execute<{ id: string }>(
    db,
    sql`SELECT users.id FROM users JOIN notifications ON notifications.id = ${notificationId}
        WHERE NOT users.disabled AND users.broadcasts_before < notifications.broadcast_number AND users.id > ${after}
          AND notifications.retracted_at IS NULL
        ORDER BY users.id LIMIT ${SLICE} FOR KEY SHARE OF notifications`,
  );
  return rows.map(({ id }) => id);
}
