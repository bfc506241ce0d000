import { UseFilters } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import type { Message } from '../channel-layer/message.js';
import { ServiceError } from '../errors/service-error.js';
import { WebSocketErrorFilter } from '../errors/web-socket-error.filter.js';
import type { OpenRequest, Opening, RealtimeGateway, ServerMessage } from '../realtime/gateway.js';
import { partnerClientMessage } from './partner-client-message.js';
import { EarningsUpdateMessage, PartnerGreeting } from './partners.messages.js';
import { PartnersService } from './partners.service.js';

/** New orders and earnings of the partner the user is. */
@WebSocketGateway({ path: '/ws/partner' })
@UseFilters(WebSocketErrorFilter)
export class PartnerGateway implements RealtimeGateway {
  readonly endpoint = {
    name: 'partner',
    description: 'New orders and earnings of a partner',
    role: 'partner',
  } as const;
  readonly documentation = { greeting: PartnerGreeting, sends: [EarningsUpdateMessage] };

  constructor(private readonly partners: PartnersService) {}

  async open({ principal }: OpenRequest): Promise<Opening> {
    if (principal?.role !== 'partner') throw new ServiceError('forbidden', 'This is for partners only.');
    const partner = await this.partners.ofUser(principal.userId);
    return {
      streams: [`partner_${partner.id}`],
      greeting: () => Promise.resolve({ partner } satisfies PartnerGreeting),
    };
  }

  toClientMessage(message: Message): ServerMessage | null {
    return partnerClientMessage(message);
  }
}
