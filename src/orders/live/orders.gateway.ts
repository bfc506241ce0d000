import { UseFilters } from '@nestjs/common';
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { Principal } from '../../auth/principal/principal.js';
import type { Message } from '../../channel-layer/interface/message.js';
import { ServiceError } from '../../errors/error/service-error.js';
import { WebSocketErrorFilter } from '../../errors/answers/web-socket-error.filter.js';
import { Connection } from '../../realtime/connection/connection.js';
import type {
  MessageSource,
  OpenRequest,
  Opening,
  RealtimeGateway,
  ServerMessage,
} from '../../realtime/gateway/gateway.js';
import { orderStream } from '../../streams/names/group-names.js';
import { StreamPositions, requirePosition } from '../../streams/follow/stream-positions.js';
import { AckMessage } from '../../notifications/live/notifications.messages.js';
import { OrderChat } from '../chat/order-chat.js';
import { orderClientMessage } from './order-client-message.js';
import { OrderLocations } from '../tracking/order-locations.js';
import { OrderPresence } from '../life/order-presence.js';
import { relationTo } from '../order/order-relation.js';
import { OrderSignals, sideOf } from './order-signals.js';
import type { Sender } from './order-signals.js';
import {
  CallSignalMessage,
  ChatReadMessage,
  PresenceMessage,
  ReadChatMessage,
  SendCallSignalMessage,
  SendTypingMessage,
  TypingMessage,
} from '../life/participant.messages.js';
import {
  ChatMessage,
  LocationMessage,
  LocationUpdateMessage,
  NewOrderMessage,
  OrderGreeting,
  OrderOfferedMessage,
  OrderOfferEndedMessage,
  OrderUnassignedMessage,
  OwnChatMessage,
  OwnChatReadMessage,
  OrderUpdateMessage,
  SendChatMessage,
} from './orders.messages.js';
import { OrdersService } from '../order/orders.service.js';

/** The socket of one order, for its customer, its partner and administrators. */
@WebSocketGateway({ path: '/ws/orders/:order_id' })
@UseFilters(WebSocketErrorFilter)
export class OrdersGateway implements RealtimeGateway {
  readonly endpoint = { name: 'order_tracking', description: 'One order: its status, its location, its chat' };
  readonly documentation = {
    description: 'One order, for its customer, its assigned partner and administrators',
    parameters: { order_id: 'Which order' },
    greeting: OrderGreeting,
    sends: [
      OrderUpdateMessage,
      LocationMessage,
      ChatMessage,
      ChatReadMessage,
      PresenceMessage,
      TypingMessage,
      CallSignalMessage,
    ],
    sendsTo: {
      partner: [
        ...[NewOrderMessage, OrderOfferedMessage, OrderOfferEndedMessage, OrderUnassignedMessage],
        ...[OwnChatMessage, OwnChatReadMessage],
      ],
      notifications: [OwnChatMessage, OwnChatReadMessage],
    },
  };
  readonly features = ['order_tracking', 'chat', 'read_receipts', 'location', 'presence', 'typing', 'calls'];
  readonly latestOnly = new Set(['location', 'presence']);

  constructor(
    private readonly orders: OrdersService,
    private readonly chat: OrderChat,
    private readonly locations: OrderLocations,
    private readonly presence: OrderPresence,
    private readonly signals: OrderSignals,
    private readonly positions: StreamPositions,
  ) {}

  async open({ principal, params }: OpenRequest): Promise<Opening> {
    const reader = required(principal);
    let row = await this.orders.find(reader, params.order_id ?? '');
    const { id } = row.order;
    const relation = relationTo(row, reader);
    return {
      streams: [orderStream(id)],
      language: this.orders.languageFor(reader),
      notBefore: await this.chat.notBefore(row, reader),
      groups: relation === 'customer' || relation === 'partner' ? [sideOf(id, relation)] : [],
      // Check access again after joining the groups: a partner who lost the order in between would otherwise keep the
      // socket.
      greeting: async () => {
        row = await this.orders.find(reader, id);
        return { order: this.orders.view(row, reader) } satisfies OrderGreeting;
      },
      onEstablished: (socket) => this.presence.enter(row, reader, socket),
      state: { orderId: id, userId: reader.userId, relation } satisfies Sender,
    };
  }

  /** Status texts from Django are left unchanged. */
  toClientMessage(message: Message, { isDurable }: MessageSource, language: string | null): ServerMessage | null {
    return orderClientMessage(message, () => new Date().toISOString(), isDurable ? language : null);
  }

  @SubscribeMessage('location_update')
  async locationUpdate(
    @ConnectedSocket() connection: Connection,
    @MessageBody() body: LocationUpdateMessage,
  ): Promise<void> {
    await this.locations.publish(required(connection.principal), senderOn(connection).orderId, body);
  }

  @SubscribeMessage('chat_message')
  async chatMessage(@ConnectedSocket() connection: Connection, @MessageBody() body: SendChatMessage): Promise<void> {
    const request = connection.takeRequest();
    await this.chat.postFromSocket(required(connection.principal), senderOn(connection).orderId, body.text, request);
  }

  @SubscribeMessage('chat_read')
  async chatRead(@ConnectedSocket() connection: Connection, @MessageBody() body: ReadChatMessage): Promise<void> {
    await this.chat.markRead(required(connection.principal), senderOn(connection).orderId, body.message_id);
  }

  @SubscribeMessage('typing')
  async typing(@ConnectedSocket() connection: Connection, @MessageBody() body: SendTypingMessage): Promise<void> {
    await this.signals.typing(senderOn(connection), body);
  }

  @SubscribeMessage('call_signal')
  async callSignal(
    @ConnectedSocket() connection: Connection,
    @MessageBody() body: SendCallSignalMessage,
  ): Promise<void> {
    await this.signals.call(senderOn(connection), body);
  }

  /** Accepted for clients that acknowledge on every socket. Only the position is validated. */
  @SubscribeMessage('ack')
  ack(@ConnectedSocket() connection: Connection, @MessageBody() { position }: AckMessage): void {
    requirePosition(this.positions, position, [orderStream(senderOn(connection).orderId)]);
  }
}

function senderOn(connection: Connection): Sender {
  return connection.state as Sender;
}

function required(principal: Principal | null): Principal {
  if (!principal) throw new ServiceError('unauthenticated', 'Sign in to follow an order.');
  return principal;
}
