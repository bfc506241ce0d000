import { Injectable } from '@nestjs/common';
import type { NotificationChannel } from '../../notification-types/types/notification-type.js';
import type { DeliveryStatus } from './delivery.js';

/** Counts status changes of deliveries in this process, for /metrics. */
@Injectable()
export class DeliveryStatistics {
  readonly changes = new Map<NotificationChannel, Map<DeliveryStatus, number>>();

  count(channel: NotificationChannel, status: DeliveryStatus): void {
    let ofChannel = this.changes.get(channel);
    if (!ofChannel) this.changes.set(channel, (ofChannel = new Map<DeliveryStatus, number>()));
    ofChannel.set(status, (ofChannel.get(status) ?? 0) + 1);
  }
}
