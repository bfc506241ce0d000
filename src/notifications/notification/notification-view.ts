import type { MessageObject } from '../../channel-layer/interface/message.js';
import type { NotificationDto } from '../requests/notifications.dto.js';

/** A notification from the view of one user. */
export interface NotificationRow {
  readonly id: string;
  /** Null: a broadcast. */
  readonly userId: string | null;
  readonly notificationType: string;
  readonly title: string;
  readonly message: string;
  readonly data: MessageObject;
  readonly readAt: Date | null;
  readonly createdAt: Date;
  /** Absent or null: never. */
  readonly expiresAt?: Date | null;
  /** Absent: not seen, as for a new notification. */
  readonly isSeen?: boolean;
  /** Absent or null: not archived. */
  readonly archivedAt?: Date | null;
  /** Absent or null: not retracted. */
  readonly retractedAt?: Date | null;
}

/** A notification as returned by REST and sent in group messages. */
export type NotificationView = NotificationDto & MessageObject;

export function notificationView(row: NotificationRow): NotificationView {
  return {
    id: row.id,
    notification_type: row.notificationType,
    title: row.title,
    message: row.message,
    data: row.data,
    is_read: row.readAt !== null,
    created_at: row.createdAt.toISOString(),
    broadcast: row.userId === null,
    stored: true,
    is_seen: row.isSeen ?? false,
    is_archived: row.archivedAt instanceof Date,
    ...(row.expiresAt && { expires_at: row.expiresAt.toISOString() }),
    ...(row.retractedAt && { retracted_at: row.retractedAt.toISOString() }),
  };
}
