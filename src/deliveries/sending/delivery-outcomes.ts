import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { JobFailed } from '../../jobs/job.js';
import type { Job } from '../../jobs/job.js';
import type { Outcome } from '../../providers/provider/delivery-provider.js';
import type { DeliveryChange } from '../record/deliveries.repository.js';
import type { DeliveryId } from '../record/delivery.js';
import { DeliveryChanges } from '../record/delivery-changes.js';
import { DeliveryQueues } from '../planning/delivery-queues.js';
import type { DeliveryJob } from '../planning/delivery-queues.js';
import { GroupCommit } from './group-commit.js';
import type { SendDecision } from '../planning/send-decisions.js';

/** Maximum number of outcomes stored in one transaction. */
const MOST_AT_ONCE = 100;

type Waits = Extract<SendDecision, { readonly kind: 'wait' }>;
type Failed = Extract<Outcome, { readonly status: 'failed' }>;

interface Ended {
  readonly change: DeliveryChange;
  readonly job: Job<DeliveryJob>;
}

/**
 * Stores the outcomes of attempts and completes their jobs. Outcomes that arrive while others are being stored share the next
 * transaction. This keeps the time between the provider's acceptance and the record short under any load.
 */
@Injectable()
export class DeliveryOutcomes {
  private readonly recorder = new GroupCommit<Ended>((ended) => this.record(ended), MOST_AT_ONCE);

  constructor(
    private readonly database: Database,
    private readonly changes: DeliveryChanges,
    private readonly queues: DeliveryQueues,
  ) {}

  /** Records the delivery as sent or skipped, and completes its job. */
  async end(id: DeliveryId, job: Job<DeliveryJob>, outcome: Exclude<Outcome, Failed>): Promise<void> {
    const change =
      outcome.status === 'sent'
        ? { ...id, status: 'sent' as const, attempted: true, providerId: outcome.providerId }
        : { ...id, status: 'skipped' as const, reason: outcome.reason };
    await this.recorder.add({ change, job });
  }

  /** Postpones the delivery: completes its job and enqueues another one for that time. */
  async postpone(id: DeliveryId, job: Job<DeliveryJob>, { reason, until }: Waits, escalation: boolean): Promise<void> {
    const waiting = { ...id, status: 'queued' as const, reason, dueAt: until };
    await this.database.transaction(async (tx) => {
      await this.changes.change(tx, [waiting]);
      await this.queues.enqueue(tx, [{ ...waiting, escalation }]);
      await job.finish(tx);
    });
  }

  /** Records a failed attempt. Throws JobFailed, so that the job is retried or becomes a dead letter. */
  async fail(id: DeliveryId, job: Job<DeliveryJob>, { error, retry, retryAfterMs }: Failed): Promise<never> {
    const status = retry && !job.isLastAttempt ? 'queued' : 'failed';
    await this.database.transaction((tx) => this.changes.change(tx, [{ ...id, status, attempted: true, error }]));
    throw new JobFailed(error, { retry, ...(retryAfterMs !== undefined && { retryAfterMs }) });
  }

  private async record(ended: readonly Ended[]): Promise<void> {
    const [first, ...others] = ended.map(({ job }) => job);
    await this.database.transaction(async (tx) => {
      await this.changes.change(
        tx,
        ended.map(({ change }) => change),
      );
      await first?.finish(tx, ...others);
    });
  }
}
