import { ConnectedSocket, MessageBody, SubscribeMessage } from '@nestjs/websockets';
import type { Message } from '../../channel-layer/interface/message.js';
import type {
  MessageSource,
  OpenRequest,
  Opening,
  RealtimeGateway,
  Recipient,
  ServerMessage,
} from '../../realtime/gateway/gateway.js';
import { Connection } from '../../realtime/connection/connection.js';
import { notificationClientMessage } from './notification-client-message.js';
import type { NotificationSocket } from './notification-socket.js';
import type {
  ArchiveResponse,
  MarkAllReadResponse,
  MarkReadResponse,
  MarkSeenResponse,
  UnarchiveResponse,
} from './notifications.messages.js';
import {
  AckMessage,
  ArchiveMessage,
  MarkReadMessage,
  MarkSeenMessage,
  UnarchiveMessage,
} from './notifications.messages.js';

/**
 * The messages of both notification gateways. The gateways differ in the users who may open a socket, and in the user whose
 * notifications the socket receives.
 */
export abstract class NotificationHandlers implements RealtimeGateway {
  readonly latestOnly = new Set(['unread_count']);

  constructor(protected readonly socket: NotificationSocket) {}

  abstract open(request: OpenRequest): Opening | Promise<Opening>;

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

  @SubscribeMessage('mark_seen')
  markSeen(@ConnectedSocket() connection: Connection, @MessageBody() body: MarkSeenMessage): Promise<MarkSeenResponse> {
    return this.socket.markSeen(connection, body.up_to);
  }

  @SubscribeMessage('archive')
  archive(@ConnectedSocket() connection: Connection, @MessageBody() body: ArchiveMessage): Promise<ArchiveResponse> {
    return this.socket.archive(connection, body.notification_id);
  }

  @SubscribeMessage('unarchive')
  unarchive(
    @ConnectedSocket() connection: Connection,
    @MessageBody() body: UnarchiveMessage,
  ): Promise<UnarchiveResponse> {
    return this.socket.unarchive(connection, body.notification_id);
  }

  @SubscribeMessage('ack')
  acknowledge(@ConnectedSocket() connection: Connection, @MessageBody() body: AckMessage): Promise<void> {
    return this.socket.acknowledge(connection, body.position);
  }
}
