import { UseFilters } from '@nestjs/common';
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { Message } from '../channel-layer/interface/message.js';
import { ServiceError } from '../errors/error/service-error.js';
import { WebSocketErrorFilter } from '../errors/answers/web-socket-error.filter.js';
import { AckMessage } from '../notifications/live/notifications.messages.js';
import { Presence } from '../presence/presence.js';
import { Connection } from '../realtime/connection/connection.js';
import type {
  MessageSource,
  OpenRequest,
  Opening,
  RealtimeGateway,
  ServerMessage,
} from '../realtime/gateway/gateway.js';
import { partnerStream } from '../streams/names/group-names.js';
import { requirePosition, StreamPositions } from '../streams/follow/stream-positions.js';
import { partnerClientMessage } from './partner-client-message.js';
import { DutyChangedMessage, EarningsUpdateMessage, PartnerGreeting } from './partners.messages.js';
import { PartnersService } from './partners.service.js';

/** New orders and earnings of a partner. */
@WebSocketGateway({ path: '/ws/partner' })
@UseFilters(WebSocketErrorFilter)
export class PartnerGateway implements RealtimeGateway {
  readonly endpoint = {
    name: 'partner',
    description: 'New orders and earnings of a partner',
    role: 'partner',
  } as const;
  readonly documentation = { greeting: PartnerGreeting, sends: [EarningsUpdateMessage, DutyChangedMessage] };

  constructor(
    private readonly partners: PartnersService,
    private readonly positions: StreamPositions,
    private readonly presence: Presence,
  ) {}

  async open({ principal }: OpenRequest): Promise<Opening> {
    if (principal?.role !== 'partner') throw new ServiceError('forbidden', 'This endpoint is for partners only.');
    const partner = await this.partners.ofUser(principal.userId);
    const stream = partnerStream(partner.id);
    return {
      streams: [stream],
      greeting: async () => {
        const current = await this.partners.ofUser(principal.userId);
        return { partner: current } satisfies PartnerGreeting;
      },
      onEstablished: (socket) => {
        socket.onceClosed(this.presence.enter(stream, principal.userId));
        return null;
      },
      state: stream,
    };
  }

  /** Accepted for clients that acknowledge on every socket. Only the position is validated. */
  @SubscribeMessage('ack')
  ack(@ConnectedSocket() connection: Connection, @MessageBody() { position }: AckMessage): void {
    requirePosition(this.positions, position, [connection.state as string]);
  }

  toClientMessage(message: Message, { isDurable }: MessageSource): ServerMessage | null {
    return partnerClientMessage(message, isDurable);
  }
}
