import { Injectable } from '@nestjs/common';
import { and, asc, eq, gt } from 'drizzle-orm';
import { Batches } from '../../batches/batches.js';
import type { RetractionStep } from '../../batches/batches.js';
import { Database } from '../../database/database.js';
import type { Queryable, Transaction } from '../../database/backend/transaction.js';
import type { Job } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import { notifications } from '../notification/notifications.table.js';
import { NotificationRetractions, RETRACTABLE } from './notification-retractions.js';
import type { Retractable } from './notification-retractions.js';

/** Notifications retracted in one transaction, as many as a slice of a batch sends. */
const SLICE = 25;

/** Retracts the notifications of a batch, in slices. Each slice is a job that enqueues the next one in the same transaction. */
@Injectable()
export class BatchRetractions {
  constructor(
    private readonly database: Database,
    private readonly batches: Batches,
    private readonly retractions: NotificationRetractions,
    private readonly jobs: Jobs,
  ) {
    jobs.handle(batches.retractions, (job) => this.slice(job));
  }

  private slice(job: Job<RetractionStep>): Promise<void> {
    const { batchId, after } = job.data;
    return this.database.transaction(async (tx) => {
      const sent = await sentBy(tx.db, batchId, after);
      const retracted = await this.retract(tx, sent);
      const isOver = sent.length < SLICE;
      await this.batches.countRetracted(tx, batchId, retracted, isOver);
      if (!isOver) await this.jobs.enqueue(tx, this.batches.retractions, { batchId, after: sent.at(-1)?.id ?? null });
      await job.finish(tx);
    });
  }

  private retract(tx: Transaction, sent: readonly Retractable[]): Promise<number> {
    const [first] = sent;
    return first?.userId === null
      ? this.retractions.retractBroadcast(tx, first)
      : this.retractions.retractOwn(tx, sent);
  }
}

function sentBy(db: Queryable, batchId: string, after: string | null): Promise<Retractable[]> {
  return db
    .select(RETRACTABLE)
    .from(notifications)
    .where(and(eq(notifications.batchId, batchId), after === null ? undefined : gt(notifications.id, after)))
    .orderBy(asc(notifications.batchId), asc(notifications.id))
    .limit(SLICE);
}
