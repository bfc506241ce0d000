import { Injectable } from '@nestjs/common';
import type { Message } from '../channel-layer/message.js';
import { ServiceError } from '../errors/service-error.js';
import type { Connection } from '../realtime/connection.js';
import type { Opening, ServerMessage } from '../realtime/gateway.js';
import { notificationClientMessage } from './notification-client-message.js';
import type { MarkAllReadResponse, MarkReadResponse, NotificationsGreeting } from './notifications.messages.js';
import { NotificationsService, notificationStreams } from './notifications.service.js';

/** What both notification gateways do: the own one, and the one that names a user. */
@Injectable()
export class NotificationSocket {
  constructor(private readonly notifications: NotificationsService) {}

  /** A socket that follows this user. */
  openingFor(userId: string): Opening {
    return {
      streams: notificationStreams(userId),
      groups: [`user_${userId}_notifications`],
      greeting: async () =>
        ({ unread_count: await this.notifications.unreadCount(userId) }) satisfies NotificationsGreeting,
      state: { userId } satisfies NotificationSocketState,
    };
  }

  async markRead(connection: Connection, notificationId: string): Promise<MarkReadResponse> {
    const userId = ownerOf(connection);
    const answer = { type: 'mark_read_response', notification_id: notificationId } as const;
    try {
      await this.notifications.markRead(userId, notificationId, connection.id);
      return { ...answer, success: true };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return { ...answer, success: false, error: error.detail };
    }
  }

  async markAllRead(connection: Connection): Promise<MarkAllReadResponse> {
    const updated = await this.notifications.markAllRead(ownerOf(connection), connection.id);
    return { type: 'mark_all_read_response', success: true, updated };
  }

  toClientMessage(message: Message): ServerMessage | null {
    return notificationClientMessage(message, () => new Date().toISOString());
  }
}

interface NotificationSocketState {
  readonly userId: string;
}

/** Only the owner marks; an administrator who follows a user, or an anonymous socket, looks on. */
function ownerOf(connection: Connection): string {
  const userId = (connection.state as NotificationSocketState | undefined)?.userId;
  if (userId !== undefined && connection.principal?.userId === userId) return userId;
  throw new ServiceError('forbidden', 'Only the owner marks notifications as read.');
}
