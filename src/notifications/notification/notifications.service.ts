import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import type { Transaction } from '../../database/backend/transaction.js';
import { isUuid, UUID } from '../../database/uuid.js';
import { ServiceError } from '../../errors/service-error.js';
import { pageOf, pageRequest } from '../../pagination/page.js';
import type { Page } from '../../pagination/page.js';
import { BROADCASTS, userStream } from '../../streams/names/group-names.js';
import { ownGroup } from '../../streams/names/own-group.js';
import { StreamLog } from '../../streams/stream-log.js';
import { StreamPositions } from '../../streams/follow/stream-positions.js';
import { NotificationEvents } from './notification-events.js';
import { notificationView } from './notification-view.js';
import type { NotificationListQuery } from './notification-list.dto.js';
import type { NotificationDto } from './notifications.dto.js';
import { NotificationsRepository } from './notifications.repository.js';
import type { StandingOf } from './notifications.repository.js';
import { UnreadCounts } from './unread-counts.js';

/** The streams a user's notification socket reads: their own, and the broadcasts. */
export function notificationStreams(userId: string): readonly [string, string] {
  return [userStream(userId), BROADCASTS];
}

const NOT_FOUND =
  'There is no such notification. A notification with "stored": false is not kept here, so it cannot be read or deleted.';

/** What users do with their notifications. Every change of a user's is made under the lock of the user's stream. */
@Injectable()
export class NotificationsService {
  constructor(
    private readonly database: Database,
    private readonly repository: NotificationsRepository,
    private readonly streamLog: StreamLog,
    private readonly positions: StreamPositions,
    private readonly unreadCounts: UnreadCounts,
    private readonly events: NotificationEvents,
  ) {}

  /** A page, newest first, and the position that a socket may be resumed from to hear what comes after it. */
  async list(userId: string, query: NotificationListQuery): Promise<{ position: string; page: Page<NotificationDto> }> {
    const request = pageRequest(query, UUID);
    // Position first: what is made in between is then in both, rather than in neither.
    const position = await this.positions.current(notificationStreams(userId));
    const rows = await this.repository.list(this.database.db, userId, query, request);
    return { position, page: pageOf(rows, request, (row) => row.id, notificationView) };
  }

  unreadCount(userId: string): Promise<number> {
    return this.unreadCounts.of(userId);
  }

  /**
   * Marks one read and tells the user's sockets, all but `exceptConnection`. Marking it again changes nothing and tells
   * nobody. Throws not_found, forbidden.
   */
  markRead(userId: string, id: string, exceptConnection?: string): Promise<NotificationDto> {
    return this.change(userId, async (tx) => {
      const notification = await this.find(tx, userId, id);
      if (notification.readAt !== null) return notificationView(notification);
      await this.read(tx, userId, notification, exceptConnection);
      return notificationView({ ...notification, readAt: new Date() });
    });
  }

  /** Marks all read and tells the user's sockets, all but `exceptConnection`; says how many were unread. */
  markAllRead(userId: string, exceptConnection?: string): Promise<number> {
    return this.change(userId, async (tx) => {
      const updated = await this.repository.markAllRead(tx.db, userId);
      if (updated === 0) return updated;
      await this.events.read(tx, userId, 'all');
      this.announceRead(tx, userId, { all: true }, exceptConnection);
      return updated;
    });
  }

  /**
   * Removes one from the user's list and publishes that to all sockets of the user. A broadcast stays in the lists of other
   * users. Throws not_found, forbidden.
   */
  remove(userId: string, id: string): Promise<void> {
    return this.change(userId, async (tx) => {
      await this.hide(tx, userId, await this.find(tx, userId, id));
    });
  }

  /**
   * For other rooms, within their transaction: marks one read that need not be read any more. Does nothing if it was read or
   * removed.
   */
  async settle(tx: Transaction, userId: string, id: string): Promise<void> {
    const notification = await this.findUnread(tx, userId, id);
    if (notification) await this.read(tx, userId, notification);
  }

  /** The same, but removes it, for a newer one to take its place. Gives what it was; null if it was read or removed. */
  async withdraw(tx: Transaction, userId: string, id: string): Promise<NotificationDto | null> {
    const notification = await this.findUnread(tx, userId, id);
    if (!notification) return null;
    await this.hide(tx, userId, notification);
    return notificationView(notification);
  }

  private async read(tx: Transaction, userId: string, notification: StandingOf, except?: string): Promise<void> {
    await this.repository.markRead(tx.db, userId, notification);
    await this.events.read(tx, userId, [notification.id]);
    this.announceRead(tx, userId, { notification_id: notification.id }, except);
  }

  private async hide(tx: Transaction, userId: string, notification: StandingOf): Promise<void> {
    await this.repository.hide(tx.db, userId, notification);
    const stream = userStream(userId);
    const message = { type: 'notification_deleted', notification_id: notification.id };
    this.streamLog.append(tx, stream, message, { group: ownGroup(stream) });
    if (notification.readAt !== null) return;
    await this.events.deleted(tx, userId, [notification.id]);
    this.unreadCounts.announce(tx, [userId]);
  }

  private async findUnread(tx: Transaction, userId: string, id: string): Promise<StandingOf | null> {
    await this.streamLog.lock(tx, userStream(userId));
    const notification = await this.repository.find(tx.db, userId, id);
    return notification?.readAt === null && notification.hiddenAt === null ? notification : null;
  }

  /** Under the lock nobody else changes or counts this user's notifications: counts are exact, and nobody deadlocks. */
  private change<T>(userId: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.database.transaction(async (tx) => {
      await this.streamLog.lock(tx, userStream(userId));
      return work(tx);
    });
  }

  private async find(tx: Transaction, userId: string, id: string): Promise<StandingOf> {
    const notification = isUuid(id) ? await this.repository.find(tx.db, userId, id) : null;
    if (notification && !notification.isTheirs) {
      throw new ServiceError('forbidden', 'This notification belongs to another user.');
    }
    if (!notification || notification.hiddenAt) throw new ServiceError('not_found', NOT_FOUND);
    return notification;
  }

  private announceRead(
    tx: Transaction,
    userId: string,
    what: { notification_id: string } | { all: true },
    except: string | undefined,
  ): void {
    const stream = userStream(userId);
    const message = { type: 'notification_read', ...what, ...(except !== undefined && { except }) };
    this.streamLog.append(tx, stream, message, { group: ownGroup(stream) });
    this.unreadCounts.announce(tx, [userId]);
  }
}
