import { UseFilters } from '@nestjs/common';
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { Message } from '../../channel-layer/interface/message.js';
import { Settings } from '../../config/settings.js';
import { WebSocketErrorFilter } from '../../errors/web-socket-error.filter.js';
import type {
  MessageSource,
  OpenRequest,
  Opening,
  RealtimeGateway,
  Recipient,
  ServerMessage,
} from '../../realtime/gateway/gateway.js';
import { Connection } from '../../realtime/connection/connection.js';
import { BROADCASTS } from '../../streams/names/group-names.js';
import { notificationClientMessage } from './notification-client-message.js';
import { NotificationSocket } from './notification-socket.js';
import type { MarkAllReadResponse, MarkReadResponse, NotificationsGreeting } from './notifications.messages.js';
import { AckMessage, MarkReadMessage, NOTIFICATION_MESSAGES } from './notifications.messages.js';

/** The user's own notifications. Without a token: broadcasts only, if the settings permit anonymous sockets. */
@WebSocketGateway({ path: '/ws/notifications' })
@UseFilters(WebSocketErrorFilter)
export class NotificationsGateway implements RealtimeGateway {
  readonly endpoint = { name: 'notifications', description: 'Your notifications and unread count, live' };
  readonly documentation = NOTIFICATION_MESSAGES;
  readonly features = ['live_notifications', 'mark_read', 'acknowledgements'];
  readonly latestOnly = new Set(['unread_count']);
  readonly authentication: 'required' | 'optional';

  constructor(
    settings: Settings,
    private readonly socket: NotificationSocket,
  ) {
    this.authentication = settings.anonymousBroadcasts ? 'optional' : 'required';
  }

  open({ principal }: OpenRequest): Opening {
    if (principal) return this.socket.openingFor(principal.userId);
    return {
      streams: [BROADCASTS],
      greeting: () => Promise.resolve({ anonymous: true } satisfies NotificationsGreeting),
    };
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
