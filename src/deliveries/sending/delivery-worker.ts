import { Injectable, Logger } from '@nestjs/common';
import { loggable } from '../../errors/error/loggable.js';
import { JobFailed } from '../../jobs/job.js';
import type { Job } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import { PROVIDER_CHANNELS } from '../../providers/provider/delivery-provider.js';
import type { ProviderChannel } from '../../providers/provider/delivery-provider.js';
import { DeliveryAttempts } from './delivery-attempts.js';
import { DeliveryLoader } from './delivery-loader.js';
import type { ProviderDeliveryId } from './delivery-loader.js';
import { DeliveryOutcomes } from './delivery-outcomes.js';
import { DeliveryQueues } from '../planning/delivery-queues.js';
import type { DeliveryJob } from '../planning/delivery-queues.js';
import { SendDecisions } from '../planning/send-decisions.js';

/**
 * Processes delivery jobs: sends through the provider and records the outcome. Skips deliveries that are already sent or
 * cancelled.
 */
@Injectable()
export class DeliveryWorker {
  private readonly logger = new Logger('Deliveries');

  constructor(
    jobs: Jobs,
    queues: DeliveryQueues,
    private readonly loader: DeliveryLoader,
    private readonly decisions: SendDecisions,
    private readonly attempts: DeliveryAttempts,
    private readonly outcomes: DeliveryOutcomes,
  ) {
    for (const channel of PROVIDER_CHANNELS) {
      jobs.handle(queues.get(channel), (job) => this.work(job, channel));
    }
  }

  private async work(job: Job<DeliveryJob>, channel: ProviderChannel): Promise<void> {
    const id = { notificationId: job.data.notification_id, userId: job.data.user_id, channel };
    try {
      await this.deliver(id, job);
    } catch (error) {
      if (error instanceof JobFailed) throw error;
      this.logger.error(`unexpected error in the ${channel} delivery of ${id.notificationId}`, loggable(error));
      await this.outcomes.fail(id, job, unexpected(error));
    }
  }

  private async deliver(id: ProviderDeliveryId, job: Job<DeliveryJob>): Promise<void> {
    const delivery = await this.loader.load(id);
    if (!delivery || (delivery.status !== 'queued' && delivery.status !== 'failed')) return;
    const decision = this.decisions.decide(delivery, new Date());
    if (decision.kind === 'wait') return this.outcomes.postpone(id, job, decision, delivery.escalation);
    if (decision.kind === 'skip') return this.outcomes.end(id, job, { status: 'skipped', reason: decision.reason });
    const outcome = await this.attempts.make(delivery, job.attempt === 1 && delivery.attempts === 0);
    if (outcome.status === 'failed') await this.outcomes.fail(id, job, outcome);
    else await this.outcomes.end(id, job, outcome);
  }
}

/** The owner can read this error in the record, so it contains only the kind of error. The details are in the log. */
export function unexpected(error: unknown): { status: 'failed'; error: string; retry: true } {
  const kind = error instanceof Error ? error.name : typeof error;
  return { status: 'failed', error: `unexpected error (${kind})`, retry: true };
}
