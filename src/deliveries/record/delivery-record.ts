import { Injectable } from '@nestjs/common';
import type { Principal } from '../../auth/principal/principal.js';
import { Database } from '../../database/database.js';
import { isUuid } from '../../database/uuid.js';
import { ServiceError } from '../../errors/service-error.js';
import { NOTIFICATION_CHANNELS } from '../../notifications/notification/notifications.dto.js';
import type { NotificationChannel } from '../../notifications/notification/notifications.dto.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import type { DeliveryRow, RecordedNotification } from './deliveries.repository.js';

/** The record of a notification for one of its users. */
export interface DeliveryRecordOf {
  readonly notification: RecordedNotification;
  readonly userId: string;
  /** In the order of the channels. */
  readonly rows: readonly DeliveryRow[];
}

/** Reads the record, for the owner of a notification and for administrators. */
@Injectable()
export class DeliveryRecord {
  constructor(
    private readonly database: Database,
    private readonly repository: DeliveriesRepository,
  ) {}

  /**
   * `userId`: the user whose record of a broadcast is read. For administrators only; default: the principal. Throws not_found,
   * and forbidden for a notification of another user.
   */
  async read(principal: Principal, id: string, userId?: string): Promise<DeliveryRecordOf> {
    const { db } = this.database;
    const notification = isUuid(id) ? await this.repository.notification(db, id) : null;
    const isAdmin = principal.role === 'admin';
    if (!notification || (notification.isDeleted && !isAdmin)) {
      throw new ServiceError('not_found', 'There is no such notification.');
    }
    const owner = notification.userId ?? (isAdmin ? userId : undefined) ?? principal.userId;
    if (owner !== principal.userId && !isAdmin) {
      throw new ServiceError('forbidden', 'This notification belongs to another user.');
    }
    const rows = await this.repository.ofNotification(db, id, owner);
    return { notification, userId: owner, rows: inOrder(withSockets(notification, rows)) };
  }
}

/** Adds the `websocket` row of a notification that was not written to a socket yet: it is queued. */
function withSockets(notification: RecordedNotification, rows: readonly DeliveryRow[]): readonly DeliveryRow[] {
  if (notification.userId === null || rows.some(({ channel }) => channel === 'websocket')) return rows;
  const { createdAt } = notification;
  const waiting = { status: 'queued', reason: null, attempts: 0, lastError: null, dueAt: null } as const;
  return [...rows, { channel: 'websocket', ...waiting, updatedAt: createdAt }];
}

function inOrder(rows: readonly DeliveryRow[]): readonly DeliveryRow[] {
  const place = (channel: NotificationChannel): number => NOTIFICATION_CHANNELS.indexOf(channel);
  return [...rows].sort((one, other) => place(one.channel) - place(other.channel));
}
