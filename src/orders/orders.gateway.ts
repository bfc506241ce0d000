import { UseFilters } from '@nestjs/common';
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { Principal } from '../auth/principal.js';
import type { Message } from '../channel-layer/message.js';
import { ServiceError } from '../errors/service-error.js';
import { WebSocketErrorFilter } from '../errors/web-socket-error.filter.js';
import { Connection } from '../realtime/connection.js';
import type { OpenRequest, Opening, RealtimeGateway, ServerMessage } from '../realtime/gateway.js';
import { OrderChat } from './order-chat.service.js';
import { orderClientMessage } from './order-client-message.js';
import { OrderLocations } from './order-locations.service.js';
import {
  ChatMessage,
  LocationMessage,
  LocationUpdateMessage,
  NewOrderMessage,
  OrderGreeting,
  OrderUpdateMessage,
  SendChatMessage,
} from './orders.messages.js';
import { OrdersService } from './orders.service.js';

/** One order, followed by its customer, its partner and administrators. */
@WebSocketGateway({ path: '/ws/orders/:order_id' })
@UseFilters(WebSocketErrorFilter)
export class OrdersGateway implements RealtimeGateway {
  readonly endpoint = { name: 'order_tracking', description: 'One order: its status, its location, its chat' };
  readonly documentation = {
    description: 'One order, for its customer, its assigned partner and administrators',
    parameters: { order_id: 'Which order' },
    greeting: OrderGreeting,
    sends: [OrderUpdateMessage, LocationMessage, ChatMessage],
    sendsTo: { partner: [NewOrderMessage] },
  };

  constructor(
    private readonly orders: OrdersService,
    private readonly chat: OrderChat,
    private readonly locations: OrderLocations,
  ) {}

  async open({ principal, params }: OpenRequest): Promise<Opening> {
    const someone = required(principal);
    const { id } = await this.orders.get(someone, params.order_id ?? '');
    return {
      streams: [`order_${id}`],
      // Asked again once the groups are joined: a partner who lost the order in between would not be closed by anybody.
      greeting: async () => ({ order: await this.orders.get(someone, id) }) satisfies OrderGreeting,
      state: id,
    };
  }

  toClientMessage(message: Message): ServerMessage | null {
    return orderClientMessage(message, () => new Date().toISOString());
  }

  @SubscribeMessage('location_update')
  async locationUpdate(
    @ConnectedSocket() connection: Connection,
    @MessageBody() body: LocationUpdateMessage,
  ): Promise<void> {
    await this.locations.publish(required(connection.principal), connection.state as string, body);
  }

  @SubscribeMessage('chat_message')
  async chatMessage(@ConnectedSocket() connection: Connection, @MessageBody() body: SendChatMessage): Promise<void> {
    const request = connection.takeRequest();
    await this.chat.say(required(connection.principal), connection.state as string, body.text, request);
  }
}

function required(principal: Principal | null): Principal {
  if (!principal) throw new ServiceError('unauthenticated', 'An order is followed by signed-in users only.');
  return principal;
}
