import { UseFilters } from '@nestjs/common';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { WebSocketErrorFilter } from '../errors/answers/web-socket-error.filter.js';
import type { Opening, RealtimeGateway } from '../realtime/gateway/gateway.js';
import { RealtimeStatus } from '../realtime/connection/realtime-status.js';
import { HealthChecks } from './health-checks.js';
import { HealthMessage } from './health.messages.js';

/** Reports the state of the service to any client on request. Sends nothing on its own. */
@WebSocketGateway({ path: '/ws/health' })
@UseFilters(WebSocketErrorFilter)
export class HealthGateway implements RealtimeGateway {
  readonly authentication = 'none';
  readonly endpoint = { name: 'health', description: 'The state of the service and its dependencies' };
  readonly documentation = { greeting: null, sends: [HealthMessage] };

  constructor(
    private readonly checks: HealthChecks,
    private readonly realtime: RealtimeStatus,
  ) {}

  open(): Opening {
    return { streams: [] };
  }

  toClientMessage(): null {
    return null;
  }

  @SubscribeMessage('status')
  async status(): Promise<HealthMessage> {
    const { status, checks, reason } = await this.checks.report();
    return {
      type: 'health',
      status,
      checks,
      ...(reason !== undefined && { reason }),
      uptime_s: Math.round(process.uptime()),
      connections: this.realtime.connections,
    };
  }
}
