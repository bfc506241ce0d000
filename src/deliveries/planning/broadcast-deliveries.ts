import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { Database } from '../../database/database.js';
import { execute } from '../../database/execute.js';
import type { Queryable, Transaction } from '../../database/backend/transaction.js';
import type { Job } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import type { Queue } from '../../jobs/queue.js';
import type { DeliveryRequest } from '../../notifications/notification/notification-events.js';
import type { NotificationDto } from '../../notifications/notification/notifications.dto.js';
import { PROVIDER_CHANNELS } from '../../providers/provider/delivery-provider.js';
import type { ProviderChannel } from '../../providers/provider/delivery-provider.js';
import type { Undelivered } from '../record/delivery.js';

/** Users planned in one transaction. */
const SLICE = 500;

interface BroadcastJob {
  readonly notification_id: string;
  readonly notification_type: string;
  readonly channels: readonly ProviderChannel[];
  /** The users up to this id are done. */
  readonly after: string;
}

type PlanSlice = (tx: Transaction, users: readonly Undelivered[], request: DeliveryRequest) => Promise<unknown>;

/**
 * A broadcast goes to sockets alone unless its request names other channels. Then everybody who was a user when it was sent
 * gets a delivery of their own, made in the background, slice by slice: each slice is a job that plans its users and enqueues
 * the next one in the same transaction.
 */
@Injectable()
export class BroadcastDeliveries {
  private readonly queue: Queue<BroadcastJob>;
  private planSlice: PlanSlice | undefined;

  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
  ) {
    this.queue = jobs.declare('plan_broadcast');
    jobs.handle(this.queue, (job) => this.slice(job));
  }

  /** For the planner. */
  onSlice(plan: PlanSlice): void {
    this.planSlice = plan;
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
      await this.planSlice?.(tx, undelivered, { channels: ['websocket', ...channels] });
      const last = userIds.at(-1);
      if (last !== undefined && userIds.length === SLICE) {
        await this.jobs.enqueue(tx, this.queue, { ...job.data, after: last });
      }
      await job.finish(tx);
    });
  }
}

async function usersOf(db: Queryable, notificationId: string, after: string): Promise<string[]> {
  const { rows } = await execute<{ id: string }>(
    db,
    sql`SELECT users.id FROM users JOIN notifications ON notifications.id = ${notificationId}
        WHERE NOT users.disabled AND users.broadcasts_before < notifications.broadcast_number AND users.id > ${after}
        ORDER BY users.id LIMIT ${SLICE}`,
  );
  return rows.map(({ id }) => id);
}
