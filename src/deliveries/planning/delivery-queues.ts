import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/backend/transaction.js';
import { Jobs } from '../../jobs/jobs.js';
import type { Queue } from '../../jobs/queue.js';
import { PROVIDER_CHANNELS } from '../../providers/provider/delivery-provider.js';
import type { ProviderChannel } from '../../providers/provider/delivery-provider.js';
import { REASONS } from '../record/delivery.js';
import type { DeliveryId, NewDelivery } from '../record/delivery.js';

/** The payload of a delivery job. */
export interface DeliveryJob {
  readonly notification_id: string;
  readonly user_id: string;
}

/** Concurrent deliveries per process and channel: enough to keep the provider's connections busy while results are stored. */
const CONCURRENCY: Readonly<Record<ProviderChannel, number>> = { email: 100, sms: 8, push: 16 };

/** Digests that a process sends concurrently. */
const DIGESTS_AT_ONCE = 4;

/** One queue per channel, so that a slow or unavailable provider does not delay other channels. */
@Injectable()
export class DeliveryQueues {
  /** Each e-mail in a digest has a job. The first job sends the digest, the others find nothing to do. */
  readonly digests: Queue<DeliveryJob>;
  private readonly queues: ReadonlyMap<ProviderChannel, Queue<DeliveryJob>>;

  constructor(private readonly jobs: Jobs) {
    this.queues = new Map(
      PROVIDER_CHANNELS.map((channel) => [
        channel,
        jobs.declare<DeliveryJob>(`deliver_${channel}`, { concurrency: CONCURRENCY[channel] }),
      ]),
    );
    this.digests = jobs.declare<DeliveryJob>('digest_email', { concurrency: DIGESTS_AT_ONCE });
  }

  get(channel: ProviderChannel): Queue<DeliveryJob> {
    return this.queues.get(channel) as Queue<DeliveryJob>;
  }

  /** Enqueues jobs for the queued deliveries, with one statement per channel and time. */
  async enqueue(tx: Transaction, deliveries: readonly NewDelivery[]): Promise<void> {
    for (const channel of PROVIDER_CHANNELS) {
      const waiting = deliveries.filter((delivery) => delivery.channel === channel && delivery.status === 'queued');
      const isInDigest = ({ reason }: NewDelivery): boolean => reason === REASONS.digest;
      const alone = waiting.filter((delivery) => !isInDigest(delivery));
      await this.enqueueAt(tx, this.get(channel), alone);
      await this.enqueueAt(tx, this.digests, waiting.filter(isInDigest));
    }
  }

  private async enqueueAt(tx: Transaction, queue: Queue<DeliveryJob>, waiting: readonly NewDelivery[]): Promise<void> {
    for (const [due, same] of byDueTime(waiting)) {
      const options = due === 0 ? {} : { startAfter: new Date(due) };
      await this.jobs.enqueueAll(tx, queue, same.map(deliveryJob), options);
    }
  }
}

function deliveryJob({ notificationId, userId }: DeliveryId): DeliveryJob {
  return { notification_id: notificationId, user_id: userId };
}

function byDueTime(deliveries: readonly NewDelivery[]): Map<number, NewDelivery[]> {
  const groups = new Map<number, NewDelivery[]>();
  for (const delivery of deliveries) {
    const due = delivery.dueAt?.getTime() ?? 0;
    const group = groups.get(due);
    if (group) group.push(delivery);
    else groups.set(due, [delivery]);
  }
  return groups;
}
