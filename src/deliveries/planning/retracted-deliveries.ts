import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Database } from '../../database/database.js';
import type { Transaction } from '../../database/backend/transaction.js';
import type { Job } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import type { Queue } from '../../jobs/queue.js';
import { NotificationEvents } from '../../notifications/notification/notification-events.js';
import type { RetractedNotification } from '../../notifications/notification/notification-events.js';
import { DeliveriesRepository } from '../record/deliveries.repository.js';
import { DeliveryChanges } from '../record/delivery-changes.js';
import { REASONS } from '../record/delivery.js';
import type { DeliveryId } from '../record/delivery.js';

/** Deliveries cancelled in one transaction. */
const SLICE = 100;

interface RetractionJob {
  readonly notification_id: string;
  readonly reason: string;
  /** The deliveries of users with ids up to this one are cancelled. */
  readonly after: string;
}

/**
 * Cancels the waiting deliveries of retracted notifications: in the transaction of the retraction, or for a broadcast in the
 * background, in slices. A delivery that is being sent is recorded by its worker, which does not try again.
 */
@Injectable()
export class RetractedDeliveries implements OnModuleInit {
  private readonly queue: Queue<RetractionJob>;

  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly events: NotificationEvents,
    private readonly repository: DeliveriesRepository,
    private readonly changes: DeliveryChanges,
  ) {
    this.queue = jobs.declare('retract_broadcast_deliveries');
    jobs.handle(this.queue, (job) => this.slice(job));
  }

  onModuleInit(): void {
    this.events.onRetracted((tx, retracted) => this.cancelFor(tx, retracted));
  }

  private async cancelFor(tx: Transaction, { id, userId, isExpired }: RetractedNotification): Promise<void> {
    const job = { notification_id: id, reason: isExpired === true ? REASONS.expired : REASONS.retracted, after: '' };
    if (userId === null) await this.jobs.enqueue(tx, this.queue, job);
    else await this.cancel(tx, job);
  }

  private slice(job: Job<RetractionJob>): Promise<void> {
    const { after } = job.data;
    return this.database.transaction(async (tx) => {
      const cancelled = await this.cancel(tx, job.data);
      const last = cancelled.at(-1);
      if (last && cancelled.length === SLICE) {
        // Deliveries of the last user may be left, on another channel.
        const next = { ...job.data, after: cancelled.findLast(isOfAnother(last))?.userId ?? after };
        await this.jobs.enqueue(tx, this.queue, next);
      }
      await job.finish(tx);
    });
  }

  private async cancel(tx: Transaction, { notification_id: id, reason, after }: RetractionJob): Promise<DeliveryId[]> {
    const queued = await this.repository.queued(tx.db, id, after, SLICE);
    await this.changes.change(
      tx,
      queued.map((delivery) => ({ ...delivery, status: 'skipped', reason })),
    );
    return queued;
  }
}

function isOfAnother(last: DeliveryId): (delivery: DeliveryId) => boolean {
  return ({ userId }) => userId !== last.userId;
}
