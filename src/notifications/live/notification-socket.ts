import { Injectable } from '@nestjs/common';
import type { Message } from '../../channel-layer/interface/message.js';
import { ServiceError } from '../../errors/error/service-error.js';
import type { Connection } from '../../realtime/connection/connection.js';
import type { Opening, Recipient } from '../../realtime/gateway/gateway.js';
import { userNotificationsGroup } from '../../streams/names/group-names.js';
import type {
  ArchiveResponse,
  MarkAllReadResponse,
  MarkReadResponse,
  MarkSeenResponse,
  NotificationsGreeting,
  UnarchiveResponse,
} from './notifications.messages.js';
import { NotificationAcknowledgements } from './notification-acknowledgements.js';
import { NotificationEvents } from '../notification/notification-events.js';
import { NotificationsService, notificationStreams } from '../notification/notifications.service.js';

/**
 * Shared by both notification gateways: the gateway for the user's own notifications and the gateway for a given user.
 */
@Injectable()
export class NotificationSocket {
  constructor(
    private readonly notifications: NotificationsService,
    private readonly acknowledgements: NotificationAcknowledgements,
    private readonly events: NotificationEvents,
  ) {}

  /** A socket that subscribes to this user's notifications. */
  openingFor(userId: string): Opening {
    const state: NotificationSocketState = { userId, acknowledged: 0 };
    return {
      streams: notificationStreams(userId),
      groups: [userNotificationsGroup(userId)],
      greeting: async ([from = 0]) => {
        state.acknowledged = from;
        return { unread_count: await this.notifications.unreadCount(userId) } satisfies NotificationsGreeting;
      },
      state,
    };
  }

  async markRead(connection: Connection, notificationId: string): Promise<MarkReadResponse> {
    const userId = ownerOf(connection);
    const outcome = await outcomeOf(this.notifications.markRead(userId, notificationId, connection.id));
    return { type: 'mark_read_response', notification_id: notificationId, ...outcome };
  }

  async archive(connection: Connection, notificationId: string): Promise<ArchiveResponse> {
    const userId = ownerOf(connection);
    const outcome = await outcomeOf(this.notifications.archive(userId, notificationId, connection.id));
    return { type: 'archive_response', notification_id: notificationId, ...outcome };
  }

  async unarchive(connection: Connection, notificationId: string): Promise<UnarchiveResponse> {
    const userId = ownerOf(connection);
    const outcome = await outcomeOf(this.notifications.unarchive(userId, notificationId, connection.id));
    return { type: 'unarchive_response', notification_id: notificationId, ...outcome };
  }

  async markSeen(connection: Connection, upTo: string | undefined): Promise<MarkSeenResponse> {
    const userId = ownerOf(connection);
    const outcome = await outcomeOf(this.notifications.markSeen(userId, upTo ?? null, connection.id));
    return { type: 'mark_seen_response', ...outcome };
  }

  async markAllRead(connection: Connection): Promise<MarkAllReadResponse> {
    const updated = await this.notifications.markAllRead(ownerOf(connection), connection.id);
    return { type: 'mark_all_read_response', success: true, updated };
  }

  /**
   * Ignored if the socket belongs to an administrator who follows the user. Throws invalid_message if the position does
   * not belong to this socket.
   */
  async acknowledge(connection: Connection, position: string): Promise<void> {
    const state = connection.state as NotificationSocketState | undefined;
    if (!state || connection.principal?.userId !== state.userId) return;
    state.acknowledged = await this.acknowledgements.acknowledge(state.userId, state.acknowledged, position);
  }

  /** Records that a notification was written to a socket of its owner. Broadcasts are not recorded per user. */
  written({ type, notification, message: broadcast }: Message, recipients: readonly Recipient[]): void {
    if (type !== 'notification_message' || broadcast !== undefined) return;
    const { id } = notification as { readonly id?: unknown };
    if (typeof id === 'string' && recipients.some(isOfOwner)) this.events.written(id);
  }
}

type Outcome = { readonly success: true } | { readonly success: false; readonly error: string };

/** Errors of the service are part of the answer. */
async function outcomeOf(change: Promise<unknown>): Promise<Outcome> {
  try {
    await change;
    return { success: true };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { success: false, error: error.detail };
  }
}

interface NotificationSocketState {
  readonly userId: string;
  /** The position in the user's own stream up to which the client has acknowledged. */
  acknowledged: number;
}

/** Only the owner may mark notifications. Administrators who follow a user and anonymous sockets may not. */
function ownerOf(connection: Connection): string {
  if (isOfOwner(connection)) return (connection.state as NotificationSocketState).userId;
  throw new ServiceError('forbidden', 'Only the owner can change these notifications.');
}

function isOfOwner({ principal, state }: Recipient): boolean {
  const { userId } = (state as NotificationSocketState | undefined) ?? {};
  return userId !== undefined && principal?.userId === userId;
}
