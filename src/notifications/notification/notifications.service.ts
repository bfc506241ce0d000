import { Injectable } from '@nestjs/common';
import type { Message } from '../../channel-layer/interface/message.js';
import { Database } from '../../database/database.js';
import type { Transaction } from '../../database/backend/transaction.js';
import { isUuid, UUID } from '../../database/uuid.js';
import { ServiceError } from '../../errors/error/service-error.js';
import { pageOf, pageRequest } from '../../pagination/page.js';
import type { Page } from '../../pagination/page.js';
import { BROADCASTS, userStream } from '../../streams/names/group-names.js';
import { ownGroup } from '../../streams/names/own-group.js';
import { StreamLog } from '../../streams/stream-log.js';
import { StreamPositions } from '../../streams/follow/stream-positions.js';
import { NotificationEvents } from './notification-events.js';
import { filterOf } from './notification-filter.js';
import type { NotificationFilter } from './notification-filter.js';
import { notificationView } from './notification-view.js';
import type { NotificationListQuery } from '../requests/notification-list.dto.js';
import type { NotificationDto } from '../requests/notifications.dto.js';
import { NotificationsRepository } from './notifications.repository.js';
import type { NotificationState } from './notifications.repository.js';
import { UnreadCounts } from './unread-counts.js';

/** The streams of a user's notification socket: the user's own stream and the broadcasts. */
export function notificationStreams(userId: string): readonly [string, string] {
  return [userStream(userId), BROADCASTS];
}

/** Notifications that one transaction marks as read. */
const MARKED_AT_ONCE = 100;
const NOT_FOUND =
  'There is no such notification. A notification with "stored": false is not stored, so it cannot be marked as read or deleted.';

/** Reads and changes the notifications of a user. Every change runs under the lock of the user's stream. */
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

  /**
   * A page of notifications, newest first, and the position from which a socket can resume to receive what follows the
   * page.
   */
  async list(userId: string, query: NotificationListQuery): Promise<{ position: string; page: Page<NotificationDto> }> {
    const request = pageRequest(query, UUID);
    // Read the position first, so that a notification created in between is in both answers rather than in neither.
    const position = await this.positions.current(notificationStreams(userId));
    const { unread, seen, archived } = query;
    const states = {
      ...(unread !== undefined && { unread }),
      ...(seen !== undefined && { seen }),
      archived: archived === true,
    };
    const filter = { ...filterOf(query), ...states };
    const rows = await this.repository.list(this.database.db, userId, filter, request);
    return { position, page: pageOf(rows, request, (row) => row.id, notificationView) };
  }

  unreadCount(userId: string): Promise<number> {
    return this.unreadCounts.of(userId);
  }

  /**
   * Marks a notification as read and publishes that to the user's sockets, except to `exceptConnection`. Marking it
   * again changes and publishes nothing. Throws not_found, forbidden.
   */
  markRead(userId: string, id: string, exceptConnection?: string): Promise<NotificationDto> {
    return this.change(userId, async (tx) => {
      const notification = await this.find(tx, userId, id);
      if (notification.readAt !== null) return notificationView(notification);
      await this.read(tx, userId, notification, exceptConnection);
      return notificationView({ ...notification, readAt: new Date() });
    });
  }

  /**
   * Marks all notifications as read and publishes that to the user's sockets, except to `exceptConnection`. Returns how
   * many were unread.
   */
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
   * Marks the notifications that match as read, newest first, and publishes each of them to the user's sockets. Runs in several
   * transactions, so that other changes need not wait for all of them. Returns how many were unread.
   */
  async markMatchingRead(userId: string, filter: NotificationFilter): Promise<number> {
    let updated = 0;
    let after: string | null = null;
    for (;;) {
      const ids = await this.markNextRead(userId, filter, after);
      updated += ids.length;
      after = ids.at(-1) ?? null;
      if (ids.length < MARKED_AT_ONCE) return updated;
    }
  }

  /**
   * Removes a notification from the user's list and publishes that to all sockets of the user. A broadcast stays in the
   * lists of other users. Throws not_found, forbidden.
   */
  remove(userId: string, id: string): Promise<void> {
    return this.change(userId, async (tx) => {
      await this.hide(tx, userId, await this.find(tx, userId, id));
    });
  }

  /**
   * Moves a notification to the archive: it leaves the list and the unread count. Publishes that to the user's sockets, except to
   * `exceptConnection`. Archiving it again changes and publishes nothing. Throws not_found, forbidden.
   */
  archive(userId: string, id: string, exceptConnection?: string): Promise<NotificationDto> {
    return this.change(userId, async (tx) => {
      const notification = await this.find(tx, userId, id);
      if (notification.archivedAt !== null) return notificationView(notification);
      await this.repository.archive(tx.db, userId, notification);
      this.publish(tx, userId, { type: 'notification_archived', notification_id: id }, exceptConnection);
      if (notification.readAt === null) {
        await this.events.archived(tx, userId, [id]);
        this.unreadCounts.announce(tx, [userId]);
      }
      return notificationView({ ...notification, archivedAt: new Date() });
    });
  }

  /**
   * Moves a notification back from the archive, with the read state that it has. Publishes that to the user's sockets, except to
   * `exceptConnection`. Does nothing if it is not archived. Throws not_found, forbidden.
   */
  unarchive(userId: string, id: string, exceptConnection?: string): Promise<NotificationDto> {
    return this.change(userId, async (tx) => {
      const notification = await this.find(tx, userId, id);
      const view = notificationView({ ...notification, archivedAt: null });
      if (notification.archivedAt === null) return view;
      await this.repository.unarchive(tx.db, userId, notification);
      this.publish(tx, userId, { type: 'notification_unarchived', notification: view }, exceptConnection);
      if (notification.readAt === null) this.unreadCounts.announce(tx, [userId]);
      return view;
    });
  }

  /**
   * Marks everything up to a notification as seen, by default up to the newest one, and publishes that to the user's sockets, except
   * to `exceptConnection`. Returns the id up to which everything is seen; null: nothing has changed. Throws not_found, forbidden.
   */
  markSeen(userId: string, upTo: string | null, exceptConnection?: string): Promise<string | null> {
    return this.change(userId, async (tx) => {
      if (upTo !== null) await this.find(tx, userId, upTo);
      const seenTo = await this.repository.markSeen(tx.db, userId, upTo);
      if (seenTo !== null) this.publish(tx, userId, { type: 'notification_seen', up_to: seenTo }, exceptConnection);
      return seenTo;
    });
  }

  /**
   * For other rooms, inside their transaction: marks a notification as read when it has become irrelevant. Does nothing
   * if it was already read or deleted.
   */
  async settle(tx: Transaction, userId: string, id: string): Promise<void> {
    const notification = await this.findUnread(tx, userId, id);
    if (notification) await this.read(tx, userId, notification);
  }

  /**
   * Like `settle`, but removes the notification so that a newer one can replace it. Returns the removed notification, or
   * null if it was already read or deleted.
   */
  async withdraw(tx: Transaction, userId: string, id: string): Promise<NotificationDto | null> {
    const notification = await this.findUnread(tx, userId, id);
    if (!notification) return null;
    await this.hide(tx, userId, notification);
    return notificationView(notification);
  }

  private markNextRead(userId: string, filter: NotificationFilter, after: string | null): Promise<string[]> {
    return this.change(userId, async (tx) => {
      const unread = { ...filter, unread: true };
      const rows = await this.repository.list(tx.db, userId, unread, { after, take: MARKED_AT_ONCE });
      const ids = rows.map(({ id }) => id);
      if (ids.length === 0) return ids;
      await this.repository.markManyRead(tx.db, userId, rows);
      await this.events.read(tx, userId, ids);
      for (const id of ids) this.announceRead(tx, userId, { notification_id: id });
      return ids;
    });
  }

  private async read(tx: Transaction, userId: string, notification: NotificationState, except?: string): Promise<void> {
    await this.repository.markRead(tx.db, userId, notification);
    await this.events.read(tx, userId, [notification.id]);
    this.announceRead(tx, userId, { notification_id: notification.id }, except);
  }

  private async hide(tx: Transaction, userId: string, notification: NotificationState): Promise<void> {
    await this.repository.hide(tx.db, userId, notification);
    this.publish(tx, userId, { type: 'notification_deleted', notification_id: notification.id });
    if (notification.readAt !== null || notification.archivedAt !== null) return;
    await this.events.deleted(tx, userId, [notification.id]);
    this.unreadCounts.announce(tx, [userId]);
  }

  private async findUnread(tx: Transaction, userId: string, id: string): Promise<NotificationState | null> {
    await this.streamLog.lock(tx, userStream(userId));
    const notification = await this.repository.find(tx.db, userId, id);
    return notification?.readAt === null && notification.hiddenAt === null ? notification : null;
  }

  /**
   * Runs `work` under the lock of the user's stream. Only one transaction at a time changes or counts a user's
   * notifications, so counts are exact and deadlocks cannot occur.
   */
  private change<T>(userId: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.database.transaction(async (tx) => {
      await this.streamLog.lock(tx, userStream(userId));
      return work(tx);
    });
  }

  private async find(tx: Transaction, userId: string, id: string): Promise<NotificationState> {
    const notification = isUuid(id) ? await this.repository.find(tx.db, userId, id) : null;
    if (notification && !notification.isRecipient) {
      throw new ServiceError('forbidden', 'This notification belongs to another user.');
    }
    if (!notification || (notification.hiddenAt && !notification.archivedAt))
      throw new ServiceError('not_found', NOT_FOUND);
    return notification;
  }

  private announceRead(
    tx: Transaction,
    userId: string,
    what: { notification_id: string } | { all: true },
    except?: string,
  ): void {
    this.publish(tx, userId, { type: 'notification_read', ...what }, except);
    this.unreadCounts.announce(tx, [userId]);
  }

  /** Appends to the user's stream. `except`: a connection that does not receive the message. */
  private publish(tx: Transaction, userId: string, message: Message, except?: string): void {
    const stream = userStream(userId);
    const marked = except === undefined ? message : { ...message, except };
    this.streamLog.append(tx, stream, marked, { group: ownGroup(stream) });
  }
}
