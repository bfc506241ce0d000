import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database/transaction.js';
import type { NotificationChannel } from '../notifications/notifications.dto.js';
import type { ProviderChannel } from '../providers/delivery-provider.js';
import { Providers } from '../providers/providers.js';
import { SendLimits } from '../providers/send-limits.js';
import { REASONS } from './delivery.js';
import type { NewDelivery } from './delivery.js';

/** What this installation can and may send. */
@Injectable()
export class PlannedSends {
  constructor(
    private readonly providers: Providers,
    private readonly limits: SendLimits,
  ) {}

  /** Sockets never are. */
  isOff(channel: NotificationChannel): boolean {
    return channel !== 'websocket' && this.providers.off(channel) !== null;
  }

  /** The same deliveries; those over a limit skipped. An escalation counts as if it were sent, whether it will be or not. */
  async limit(
    tx: Transaction,
    deliveries: readonly NewDelivery[],
    notificationType: string,
  ): Promise<readonly NewDelivery[]> {
    const queued = deliveries.filter(({ status }) => status === 'queued');
    if (queued.length === 0) return deliveries;
    const requests = queued.map(({ userId, channel }) => ({
      ...{ userId, channel: channel as ProviderChannel, notificationType },
    }));
    const admitted = await this.limits.admit(tx, requests);
    const refused = new Set(queued.filter((_, index) => admitted[index] === false));
    if (refused.size === 0) return deliveries;
    return deliveries.map((delivery) =>
      refused.has(delivery)
        ? { ...delivery, status: 'skipped', reason: REASONS.rateLimited, dueAt: null, escalation: false }
        : delivery,
    );
  }
}
