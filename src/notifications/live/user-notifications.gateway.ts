import { UseFilters } from '@nestjs/common';
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { isUserId } from '../../auth/users/user-id.js';
import { Users } from '../../auth/users/users.js';
import type { Message } from '../../channel-layer/interface/message.js';
import { ServiceError } from '../../errors/service-error.js';
import { WebSocketErrorFilter } from '../../errors/web-socket-error.filter.js';
import { Connection } from '../../realtime/connection/connection.js';
import type {
  MessageSource,
  OpenRequest,
  Opening,
  RealtimeGateway,
  Recipient,
  ServerMessage,
} from '../../realtime/gateway/gateway.js';
import { notificationClientMessage } from './notification-client-message.js';
import { NotificationSocket } from './notification-socket.js';
import type { MarkAllReadResponse, MarkReadResponse } from './notifications.messages.js';
import { AckMessage, MarkReadMessage, NOTIFICATION_MESSAGES } from './notifications.messages.js';

/** The notifications of a given user, for that user and for administrators. */
@WebSocketGateway({ path: '/ws/notifications/:user_id' })
@UseFilters(WebSocketErrorFilter)
export class UserNotificationsGateway implements RealtimeGateway {
  readonly documentation = {
    ...NOTIFICATION_MESSAGES,
    description: 'The notifications of a named user, for that user and for administrators',
    parameters: { user_id: 'Whose' },
  };
  readonly latestOnly = new Set(['unread_count']);

  constructor(
    private readonly users: Users,
    private readonly socket: NotificationSocket,
  ) {}

  async open({ principal, params }: OpenRequest): Promise<Opening> {
    const userId = params.user_id ?? '';
    if (principal?.userId === userId) return this.socket.openingFor(userId);
    if (!isUserId(userId) || !(await this.users.exists([userId])).has(userId)) {
      throw new ServiceError('not_found', 'There is no such user.');
    }
    if (principal?.role !== 'admin') throw new ServiceError('forbidden', 'These notifications belong to another user.');
    return this.socket.openingFor(userId);
  }

  toClientMessage(message: Message, source: MessageSource): ServerMessage | null {
    return notificationClientMessage(message, source, () => new Date().toISOString());
  }

  written(message: Message, recipients: readonly Recipient[]): void {
    this.socket.written(message, recipients);
  }

  @SubscribeMessage('mark_read')
  markRead(@ConnectedSocket() connection: Connection, @MessageBody() body: MarkReadMessage): Promise<MarkReadResponse> {
    return this.socket.markRead(connection, body.notification_id);
  }

  @SubscribeMessage('mark_all_read')
  markAllRead(@ConnectedSocket() connection: Connection): Promise<MarkAllReadResponse> {
    return this.socket.markAllRead(connection);
  }

  @SubscribeMessage('ack')
  acknowledge(@ConnectedSocket() connection: Connection, @MessageBody() body: AckMessage): Promise<void> {
    return this.socket.acknowledge(connection, body.position);
  }
}
