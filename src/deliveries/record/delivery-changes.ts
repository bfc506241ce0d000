import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/backend/transaction.js';
import { userStream } from '../../streams/names/group-names.js';
import { ownGroup } from '../../streams/names/own-group.js';
import { StreamLog } from '../../streams/stream-log.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import type { ChangedDelivery, DeliveryChange } from './deliveries.repository.js';
import { DeliveryStatistics } from './delivery-statistics.js';

type ChangedListener = (tx: Transaction, changed: readonly ChangedDelivery[]) => Promise<void>;

/** Changes deliveries, and publishes every changed status to the sockets of the user. */
@Injectable()
export class DeliveryChanges {
  private readonly listeners: ChangedListener[] = [];

  constructor(
    private readonly repository: DeliveriesRepository,
    private readonly streamLog: StreamLog,
    private readonly statistics: DeliveryStatistics,
  ) {}

  /** Called inside the transaction of the change. The listener stays registered until the application stops. */
  onChanged(listener: ChangedListener): void {
    this.listeners.push(listener);
  }

  /**
   * Applies any number of changes. If a status must not follow the current one (`sent` after `delivered`), only the attempts are
   * updated.
   */
  async change(tx: Transaction, changes: readonly DeliveryChange[]): Promise<void> {
    const changed = await this.repository.change(tx.db, changes);
    for (const { userId, notificationId, channel, status, at } of changed) {
      const stream = userStream(userId);
      const timestamp = new Date(at).toISOString();
      const message = { type: 'notification_status', notification_id: notificationId, channel, status, timestamp };
      this.streamLog.append(tx, stream, message, { group: ownGroup(stream) });
    }
    if (changed.length > 0) for (const listener of this.listeners) await listener(tx, changed);
    tx.afterCommit(() => {
      for (const { channel, status } of changed) this.statistics.count(channel, status);
    });
  }
}
