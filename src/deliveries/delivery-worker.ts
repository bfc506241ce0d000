import { Injectable } from '@nestjs/common';
import type { Job } from '../jobs/job.js';
import { Jobs } from '../jobs/jobs.js';
import { PROVIDER_CHANNELS } from '../providers/delivery-provider.js';
import type { ProviderChannel } from '../providers/delivery-provider.js';
import { DeliveryAttempts } from './delivery-attempts.js';
import { DeliveryLoader } from './delivery-loader.js';
import { DeliveryOutcomes } from './delivery-outcomes.js';
import { DeliveryQueues } from './delivery-queues.js';
import type { DeliveryJob } from './delivery-queues.js';

/** Sends: from a job to the provider and into the record. Of a delivery that is sent or cancelled already nothing is sent. */
@Injectable()
export class DeliveryWorker {
  constructor(
    jobs: Jobs,
    queues: DeliveryQueues,
    private readonly loader: DeliveryLoader,
    private readonly attempts: DeliveryAttempts,
    private readonly outcomes: DeliveryOutcomes,
  ) {
    for (const channel of PROVIDER_CHANNELS) {
      jobs.handle(queues.get(channel), (job) => this.work(job, channel));
    }
  }

  private async work(job: Job<DeliveryJob>, channel: ProviderChannel): Promise<void> {
    const id = { notificationId: job.data.notification_id, userId: job.data.user_id, channel };
    const delivery = await this.loader.load(id);
    if (!delivery || (delivery.status !== 'queued' && delivery.status !== 'failed')) return;
    const outcome = await this.attempts.make(channel, delivery, job.attempt === 1);
    if (outcome.status === 'failed') await this.outcomes.fail(id, job, outcome);
    else await this.outcomes.end(id, job, outcome);
  }
}
