import { Controller, Get, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { CurrentPrincipal } from '../auth/principal/current-principal.decorator.js';
import { NotStored } from '../auth/sign-in/not-stored.decorator.js';
import type { Principal } from '../auth/principal/principal.js';
import { WebSocketTokens } from '../auth/tokens/web-socket-tokens.js';
import { Settings } from '../config/settings.js';
import { PROVIDER_CHANNELS } from '../providers/provider/delivery-provider.js';
import { Providers } from '../providers/providers.js';
import { GatewayRegistry } from '../realtime/gateway/gateway-registry.js';
import type { EndpointDescription } from '../realtime/gateway/gateway.js';
import { iceServers } from './ice-servers.js';
import { PublicUrls } from './public-urls.js';
import { EndpointDto, RealtimeInfoDto, RealtimeTokenDto } from './realtime-info.dto.js';

/** The features of every socket. Gateways declare further features. */
const SOCKET_FEATURES = ['auto_reconnect', 'resume'];
const NO_SOCKETS = 'no known process serves WebSockets (ROLES, REALTIME_URL)';

interface ListedEndpoint extends EndpointDescription {
  /** With parameters as clients write them: `/ws/orders/{order_id}/`. */
  readonly path: string;
  readonly authenticationRequired: boolean;
}

@ApiTags('realtime')
@ApiBearerAuth()
@Controller('realtime')
export class RealtimeInfoController {
  constructor(
    private readonly tokens: WebSocketTokens,
    private readonly registry: GatewayRegistry,
    private readonly urls: PublicUrls,
    private readonly settings: Settings,
    private readonly providers: Providers,
  ) {}

  @Get('token')
  @NotStored()
  @ApiOperation({ summary: 'Get a WebSocket token and the endpoint URLs' })
  @ApiOkResponse({ type: RealtimeTokenDto })
  async token(@CurrentPrincipal() principal: Principal, @Req() request: Request): Promise<RealtimeTokenDto> {
    const { token, expiresIn } = await this.tokens.issue(principal);
    const base = withoutSlash(this.urls.socketBase(request));
    const listed = this.endpointsFor(principal).filter((endpoint) => endpoint.authenticationRequired);
    return {
      token,
      ws_base_url: `${base}/ws`,
      // Not made with `URL`, which would encode the braces of templates.
      endpoints: Object.fromEntries(listed.map(({ name, path }) => [name, `${base}${path}?token=${token}`])),
      expires_in: expiresIn,
      user_id: principal.userId,
      is_partner: principal.role === 'partner',
    };
  }

  // The answer contains credentials of the TURN server.
  @Get('info')
  @NotStored()
  @ApiOperation({ summary: 'Get the available endpoints and features' })
  @ApiExtraModels(EndpointDto)
  @ApiOkResponse({ type: RealtimeInfoDto })
  info(@CurrentPrincipal() principal: Principal, @Req() request: Request): RealtimeInfoDto {
    const base = this.urls.socketBase(request);
    const live = this.urls.socketsAvailable;
    return {
      websocket_enabled: live,
      protocol: base.protocol.replace(':', ''),
      host: base.host,
      available_endpoints: Object.fromEntries(
        this.endpointsFor(principal).map(({ name, path, description, authenticationRequired }) => [
          name,
          { path, description, authentication_required: authenticationRequired },
        ]),
      ),
      ...this.abilities(live),
      ice_servers: iceServers(this.settings.orders, principal.userId, Date.now()),
      user_capabilities: {
        is_authenticated: true,
        is_partner: principal.role === 'partner',
        is_admin: principal.role === 'admin',
      },
    };
  }

  /** `live`: whether sockets are available. */
  private abilities(live: boolean): Pick<RealtimeInfoDto, 'features' | 'available_channels' | 'unavailable_channels'> {
    const ofSockets = [...this.registry.all.flatMap(({ instance }) => instance.features ?? []), ...SOCKET_FEATURES];
    return {
      features: {
        ...Object.fromEntries(ofSockets.map((feature) => [feature, live])),
        ...Object.fromEntries(PROVIDER_CHANNELS.map((channel) => [channel, this.providers.off(channel) === null])),
        preferences: true,
      },
      available_channels: [...(live ? ['websocket'] : []), ...this.providers.available()],
      unavailable_channels: { ...(!live && { websocket: NO_SOCKETS }), ...this.providers.unavailable },
    };
  }

  private endpointsFor(principal: Principal): ListedEndpoint[] {
    return this.registry.all.flatMap(({ address, instance: { endpoint, authentication } }) => {
      if (!endpoint || (endpoint.role !== undefined && endpoint.role !== principal.role)) return [];
      return [{ ...endpoint, path: address, authenticationRequired: authentication !== 'none' }];
    });
  }
}

function withoutSlash(url: URL): string {
  return url.href.replace(/\/$/, '');
}
