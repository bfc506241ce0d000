import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database/transaction.js';
import { Jobs } from '../jobs/jobs.js';
import type { Queue } from '../jobs/queue.js';
import { PROVIDER_CHANNELS } from '../providers/delivery-provider.js';
import type { ProviderChannel } from '../providers/delivery-provider.js';
import type { DeliveryId, NewDelivery } from './delivery.js';

/** What a delivery job carries. */
export interface DeliveryJob {
  readonly notification_id: string;
  readonly user_id: string;
}

/** Deliveries a process works on at a time, per channel: enough to keep the provider's connections busy while others are stored. */
const CONCURRENCY: Readonly<Record<ProviderChannel, number>> = { email: 50, sms: 8, push: 16 };

/** A queue for each channel, so that a provider that is slow or away holds up nobody else. */
@Injectable()
export class DeliveryQueues {
  private readonly queues: ReadonlyMap<ProviderChannel, Queue<DeliveryJob>>;

  constructor(private readonly jobs: Jobs) {
    this.queues = new Map(
      PROVIDER_CHANNELS.map((channel) => [
        channel,
        jobs.declare<DeliveryJob>(`deliver_${channel}`, { concurrency: CONCURRENCY[channel] }),
      ]),
    );
  }

  get(channel: ProviderChannel): Queue<DeliveryJob> {
    return this.queues.get(channel) as Queue<DeliveryJob>;
  }

  /** Jobs for those that wait, in a statement for each channel and time. */
  async enqueue(tx: Transaction, deliveries: readonly NewDelivery[]): Promise<void> {
    for (const channel of PROVIDER_CHANNELS) {
      const waiting = deliveries.filter((delivery) => delivery.channel === channel && delivery.status === 'queued');
      for (const [due, same] of byDueTime(waiting)) {
        const options = due === 0 ? {} : { startAfter: new Date(due) };
        await this.jobs.enqueueAll(tx, this.get(channel), same.map(deliveryJob), options);
      }
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
