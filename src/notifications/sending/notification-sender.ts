import { Injectable } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import type { Transaction } from '../../database/backend/transaction.js';
import type { Wording } from '../../notification-types/texts/notification-texts.js';
import { BROADCASTS, userStream } from '../../streams/names/group-names.js';
import { StreamLog } from '../../streams/stream-log.js';
import { NotificationReplacements } from '../retraction/notification-replacements.js';
import { NotificationEvents } from '../notification/notification-events.js';
import type { DeliveryRequest } from '../notification/notification-events.js';
import { notificationView } from '../notification/notification-view.js';
import type { NotificationView } from '../notification/notification-view.js';
import { NotificationWording } from './notification-wording.js';
import type { NotificationContent } from './notification-wording.js';
import { NotificationsRepository } from '../notification/notifications.repository.js';
import { UnreadCounts } from '../notification/unread-counts.js';

/** Creates notifications. They are stored, appended to the users' streams and counted in one transaction. */
@Injectable()
export class NotificationSender {
  constructor(
    private readonly repository: NotificationsRepository,
    private readonly streamLog: StreamLog,
    private readonly unreadCounts: UnreadCounts,
    private readonly events: NotificationEvents,
    private readonly wording: NotificationWording,
    private readonly replacements: NotificationReplacements,
  ) {}

  /**
   * Creates one notification for each of these users, within the caller's transaction. The users must exist. Returns
   * the notifications in the order given.
   */
  async notify(
    tx: Transaction,
    userIds: readonly string[],
    content: NotificationContent,
    request: DeliveryRequest = {},
    batchId: string | null = null,
  ): Promise<NotificationView[]> {
    if (userIds.length === 0) return [];
    const wordings = await this.wording.forUsers(tx.db, content, userIds);
    const rows = wordings.map((wording, index) => ({
      id: uuidv7(),
      userId: userIds[index] as string,
      batchId,
      ...columns(content, wording),
    }));
    if (content.collapseKey !== undefined) await this.replacements.replaceOwn(tx, content.collapseKey, rows);
    const views = (await this.repository.insert(tx.db, rows)).map(notificationView);
    const created = views.map((view, index) => ({ userId: userIds[index] as string, view }));
    const withheld = await this.events.created(tx, created, request);
    for (const { userId, view } of created) {
      if (withheld.has(view.id)) continue;
      this.streamLog.append(tx, userStream(userId), { type: 'notification_message', notification: view });
    }
    this.unreadCounts.add(
      tx,
      created.map(({ userId, view: { id } }) => ({ userId, id })),
    );
    return views;
  }

  /** Creates a single row and a single message for all users. No unread counts are published: clients add one. */
  async broadcast(
    tx: Transaction,
    content: NotificationContent,
    request: DeliveryRequest = {},
    batchId: string | null = null,
  ): Promise<NotificationView> {
    const wording = this.wording.forBroadcast(content);
    const [row] = await this.repository.insert(tx.db, [
      { id: uuidv7(), userId: null, batchId, ...columns(content, wording) },
    ]);
    if (!row) throw new Error('the insert of a broadcast returned no row');
    const notification = notificationView(row);
    if (content.collapseKey !== undefined) await this.replacements.replaceBroadcasts(tx, content.collapseKey, row.id);
    const withheld = await this.events.created(tx, [{ userId: null, view: notification }], request);
    if (withheld.has(notification.id)) return notification;
    this.streamLog.append(tx, BROADCASTS, {
      type: 'notification_message',
      notification,
      // The members that Django's broadcast consumers read.
      message: { notification_id: notification.id, status: 'sent', timestamp: notification.created_at },
    });
    return notification;
  }
}

function columns({ notificationType, data, collapseKey, expiresAt }: NotificationContent, { title, message }: Wording) {
  return {
    notificationType,
    title,
    message,
    data: data ?? {},
    collapseKey: collapseKey ?? null,
    expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
  };
}
