import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../auth/principal/actor.js';
import { ApiKeyScope } from '../../auth/principal/api-key-scope.decorator.js';
import { CurrentActor } from '../../auth/principal/current-principal.decorator.js';
import { ServiceError } from '../../errors/error/service-error.js';
import type { Page } from '../../pagination/page.js';
import { PublishedLocationDto } from '../requests/order-location.dto.js';
import { OrderLocations } from './order-locations.js';
import { TrackPageDto, TrackQuery } from './order-track.dto.js';
import type { TrackPointDto } from './order-track.dto.js';
import { OrderTrack } from './order-track.js';
import { OrdersService } from '../order/orders.service.js';

/** Current position and track of an order's partner. */
@ApiTags('orders')
@ApiBearerAuth()
@Controller('orders')
export class OrderTrackController {
  constructor(
    private readonly orders: OrdersService,
    private readonly locations: OrderLocations,
    private readonly track: OrderTrack,
  ) {}

  @Get(':id/location')
  @ApiKeyScope('orders:read')
  @ApiOperation({
    summary: 'Get the last location of the partner and the estimated arrival',
    description:
      'In the shape of the socket message `location`. 404 while no location is known, and after the order ended.',
  })
  @ApiOkResponse({ type: PublishedLocationDto })
  async latest(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<PublishedLocationDto> {
    const location = await this.locations.latest(await this.orders.find(actor, id));
    if (!location) throw new ServiceError('not_found', 'The location of the partner is not known.');
    return location;
  }

  @Get(':id/track')
  @ApiKeyScope('orders:read')
  @ApiOperation({
    summary: 'List the recorded positions of the partner, oldest first',
    description:
      'One point every twenty metres. If an order has more than a thousand points, every second point is removed.',
  })
  @ApiOkResponse({ type: TrackPageDto })
  list(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Query() query: TrackQuery,
  ): Promise<Page<TrackPointDto>> {
    return this.track.list(actor, id, query);
  }
}
