import { UseFilters } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import type { Message } from '../channel-layer/interface/message.js';
import { WebSocketErrorFilter } from '../errors/answers/web-socket-error.filter.js';
import { ORDER_STATUSES, isFinal } from '../orders/status/order-status.js';
import { LocationMessage } from '../orders/live/orders.messages.js';
import type { OpenRequest, Opening, RealtimeGateway, Recipient, ServerMessage } from '../realtime/gateway/gateway.js';
import { orderStream } from '../streams/names/group-names.js';
import { ended } from './order-shares.js';
import { shareGroup, SharedOrderSockets } from './shared-order-sockets.js';
import { SharedOrderGreeting, SharedOrderUpdateMessage } from './shared-orders.messages.js';
import { sharedClientMessage, SharedOrders } from './shared-orders.js';

/** The socket of one order for anyone who has a link. Read only: clients can send nothing but `ping`. */
@WebSocketGateway({ path: '/ws/shared-orders/:token' })
@UseFilters(WebSocketErrorFilter)
export class SharedOrdersGateway implements RealtimeGateway {
  readonly authentication = 'none';
  /** The order's stream contains its status, which is public, and its chat, which is not. */
  readonly filtersMessages = true;
  readonly features = ['share_links'];
  readonly latestOnly = new Set(['location']);
  readonly documentation = {
    description: 'One order, read only, for anyone who has a link to it, until it ends',
    parameters: { token: 'The token of the link' },
    greeting: SharedOrderGreeting,
    sends: [SharedOrderUpdateMessage, LocationMessage],
  };

  constructor(
    private readonly shared: SharedOrders,
    private readonly sockets: SharedOrderSockets,
  ) {}

  async open({ params: { token = '' } }: OpenRequest): Promise<Opening> {
    const { row, share } = await this.shared.find(token);
    this.sockets.requireRoom(share.id);
    const orderId = row.order.id;
    const expiresAt = share.expires_at === null ? null : Date.parse(share.expires_at);
    return {
      streams: [orderStream(orderId)],
      groups: [shareGroup(share.id)],
      // The greeting contains the whole state, and a count of missed messages would reveal activity that is not public.
      resumable: false,
      // Read the state again after joining the groups: if the link or the order ended in between, the socket would stay
      // open.
      greeting: async () => {
        const { order, location, expires_at } = await this.shared.state(token);
        return { order, location, expires_at } satisfies SharedOrderGreeting;
      },
      onEstablished: (socket) => {
        this.sockets.enter({ shareId: share.id, expiresAt }, socket);
        return null;
      },
    };
  }

  toClientMessage(message: Message): ServerMessage | null {
    return sharedClientMessage(message, () => new Date().toISOString());
  }

  /** Every node receives the order's end from the log. Sockets are closed after this message was written to them. */
  written(message: Message, recipients: readonly Recipient[]): void {
    const { status } = (message.data ?? {}) as Readonly<Record<string, unknown>>;
    const known = ORDER_STATUSES.find((one) => one === status);
    if (message.type !== 'order_update' || !known || !isFinal(known)) return;
    for (const recipient of recipients) recipient.closeFor(ended('over'));
  }
}
