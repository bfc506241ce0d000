import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/audit-log.js';
import { actsAsAdmin } from '../../auth/principal/actor.js';
import type { Actor } from '../../auth/principal/actor.js';
import { Database } from '../../database/database.js';
import { isUuid } from '../../database/uuid.js';
import { ServiceError } from '../../errors/error/service-error.js';
import { NOTIFICATION_CHANNELS } from '../../notifications/requests/notifications.dto.js';
import type { NotificationChannel } from '../../notifications/requests/notifications.dto.js';
import { userRequired } from '../../notifications/notification/user-required.js';
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
    private readonly audit: AuditLog,
  ) {}

  /**
   * `userId`: the user whose record of a broadcast is read. For administrators and API keys only; default: the principal. Throws
   * not_found, forbidden for a notification of another user, and invalid_message if an API key does not name a user of a broadcast.
   */
  async read(actor: Actor, id: string, userId?: string): Promise<DeliveryRecordOf> {
    const { db } = this.database;
    const notification = isUuid(id) ? await this.repository.notification(db, id) : null;
    const isAdmin = actsAsAdmin(actor);
    if (!notification || (notification.isDeleted && !isAdmin)) {
      throw new ServiceError('not_found', 'There is no such notification.');
    }
    const ownId = actor.kind === 'user' ? actor.userId : null;
    const owner = notification.userId ?? (isAdmin ? userId : undefined) ?? ownId;
    if (owner === null) throw userRequired();
    if (owner !== ownId && !isAdmin) {
      throw new ServiceError('forbidden', 'This notification belongs to another user.');
    }
    if (owner !== ownId) await this.audit.noteRead(actor, 'notifications_read', { type: 'user', id: owner });
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
