import { Injectable, Logger } from '@nestjs/common';
import { Users } from '../../auth/users/users.js';
import type { User } from '../../auth/users/users.js';
import { loggable } from '../../errors/error/loggable.js';
import type { Job } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import type { Outcome } from '../../providers/provider/delivery-provider.js';
import { DeliveryAttempts } from './delivery-attempts.js';
import { DeliveryQueues } from '../planning/delivery-queues.js';
import type { DeliveryJob } from '../planning/delivery-queues.js';
import { unexpected } from './delivery-worker.js';
import { DigestItems } from './digest-items.js';
import type { DigestItem } from './digest-items.js';

/** Sends digests: one e-mail with all unread notifications of a user that waited for the same hour or morning. */
@Injectable()
export class DigestWorker {
  private readonly logger = new Logger('Deliveries');

  constructor(
    jobs: Jobs,
    queues: DeliveryQueues,
    private readonly items: DigestItems,
    private readonly users: Users,
    private readonly attempts: DeliveryAttempts,
  ) {
    jobs.handle(queues.digests, (job) => this.work(job));
  }

  private async work(job: Job<DeliveryJob>): Promise<void> {
    const user = await this.users.find(job.data.user_id);
    if (!user) return;
    const items = await this.items.take(job, user);
    if (items.length === 0) return;
    const until = items.flatMap(({ decision }) => (decision.kind === 'wait' ? [decision.until] : []))[0];
    if (until) return this.items.postpone(job, items, until);
    const wanted = items.filter(({ decision }) => decision.kind === 'send');
    await this.items.store(job, items, wanted.length > 0 ? await this.trySending(job, wanted, user) : null);
  }

  private async trySending(job: Job<DeliveryJob>, items: readonly DigestItem[], user: User): Promise<Outcome> {
    try {
      return await this.attempts.makeDigest(job.data.notification_id, items, user, job.attempt === 1);
    } catch (error) {
      this.logger.error(`unexpected error in a digest for ${user.id}`, loggable(error));
      return unexpected(error);
    }
  }
}
