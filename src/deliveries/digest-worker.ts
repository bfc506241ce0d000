import { Injectable } from '@nestjs/common';
import { Users } from '../auth/users.js';
import type { Job } from '../jobs/job.js';
import type { Outcome } from '../providers/delivery-provider.js';
import { Providers } from '../providers/providers.js';
import { REASONS } from './delivery.js';
import { DeliveryAttempts } from './delivery-attempts.js';
import { DeliveryMessages } from './delivery-messages.js';
import { DeliveryQueues } from './delivery-queues.js';
import type { DeliveryJob } from './delivery-queues.js';
import { DigestItems } from './digest-items.js';
import type { DigestItem } from './digest-items.js';

/** Sends digests: what is still unread of a user's e-mails that waited for one hour or one morning, in one mail. */
@Injectable()
export class DigestWorker {
  constructor(
    queues: DeliveryQueues,
    private readonly items: DigestItems,
    private readonly users: Users,
    private readonly providers: Providers,
    private readonly messages: DeliveryMessages,
    private readonly attempts: DeliveryAttempts,
  ) {
    queues.onDigest((job) => this.work(job));
  }

  private async work(job: Job<DeliveryJob>): Promise<void> {
    const items = await this.items.take(job);
    if (items.length === 0) return;
    const wanted = items.filter(({ skip }) => skip === null);
    await this.items.store(job, items, wanted.length > 0 ? await this.send(job, wanted) : null);
  }

  /** A digest counts as one mail towards the limits of sending. */
  private async send({ data, attempt }: Job<DeliveryJob>, items: readonly DigestItem[]): Promise<Outcome> {
    const { notification_id: digestId, user_id: userId } = data;
    const user = await this.users.find(userId);
    if (!user || user.disabled) return { status: 'skipped', reason: REASONS.userDisabled };
    const provider = this.providers.get('email');
    if (!provider) return { status: 'skipped', reason: REASONS.channelOff };
    const composed = this.messages.composeDigest(digestId, items, user);
    const { notificationType } = composed.message;
    const key = `digest.${digestId}.${userId}`;
    return this.attempts.send(provider, { ...composed, key, notificationType, isFirst: attempt === 1 });
  }
}
