import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { and, inArray, isNull } from 'drizzle-orm';
import { Database } from '../../database/database.js';
import type { Transaction } from '../../database/backend/transaction.js';
import type { Job } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import type { Queue } from '../../jobs/queue.js';
import { NotificationEvents } from '../notification/notification-events.js';
import type { CreatedNotifications } from '../notification/notification-events.js';
import { notifications } from '../notification/notifications.table.js';
import { NotificationRetractions, RETRACTABLE } from './notification-retractions.js';
import type { Retractable } from './notification-retractions.js';

/** Notifications retracted by one job. */
const SLICE = 25;

interface ExpirationJob {
  readonly notification_ids: readonly string[];
}

/** Retracts notifications at their `expires_at`. */
@Injectable()
export class NotificationExpirations implements OnModuleInit {
  private readonly queue: Queue<ExpirationJob>;

  constructor(
    private readonly database: Database,
    private readonly retractions: NotificationRetractions,
    private readonly jobs: Jobs,
    private readonly events: NotificationEvents,
  ) {
    this.queue = jobs.declare('expire_notifications');
    jobs.handle(this.queue, (job) => this.expire(job));
  }

  onModuleInit(): void {
    this.events.onCreated((tx, created) => this.schedule(tx, created));
  }

  /** All notifications of one call expire at the same time. */
  private async schedule(tx: Transaction, { notifications: created }: CreatedNotifications): Promise<void> {
    const expiresAt = created[0]?.view.expires_at;
    if (expiresAt === undefined) return;
    const ids = created.map(({ view }) => view.id);
    const slices: ExpirationJob[] = [];
    for (let start = 0; start < ids.length; start += SLICE) {
      slices.push({ notification_ids: ids.slice(start, start + SLICE) });
    }
    await this.jobs.enqueueAll(tx, this.queue, slices, { startAfter: new Date(expiresAt) });
  }

  private expire(job: Job<ExpirationJob>): Promise<void> {
    return this.database.transaction(async (tx) => {
      const found = await tx.db
        .select(RETRACTABLE)
        .from(notifications)
        .where(and(inArray(notifications.id, [...job.data.notification_ids]), isNull(notifications.retractedAt)));
      const expired = found.map((row): Retractable => ({ ...row, isExpired: true }));
      await this.retractions.retractOwn(
        tx,
        expired.filter(({ userId }) => userId !== null),
      );
      for (const row of expired) if (row.userId === null) await this.retractions.retractBroadcast(tx, row);
      await job.finish(tx);
    });
  }
}
