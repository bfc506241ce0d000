import { Controller, Get, Header, Param, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Public } from '../auth/principal/public.decorator.js';
import { PublicUrls } from '../realtime-info/public-urls.js';
import { SharedOrderAnswerDto } from './shared-orders.dto.js';
import { socketUrl } from './share-urls.js';
import { SharedOrders } from './shared-orders.js';

/** For anyone who has a link. */
@ApiTags('shared orders')
@Controller('shared-orders')
export class SharedOrdersController {
  constructor(
    private readonly shared: SharedOrders,
    private readonly urls: PublicUrls,
  ) {}

  @Public()
  @Get(':token')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Get a shared order: status, location of the partner, estimated arrival',
    description: '404 for an invalid token; 410 if the link was revoked or has expired, or the order has ended.',
  })
  @ApiOkResponse({ type: SharedOrderAnswerDto })
  async state(@Param('token') token: string, @Req() request: Request): Promise<SharedOrderAnswerDto> {
    const { order, location, expires_at } = await this.shared.state(token);
    return { order, location, expires_at, ws_url: socketUrl(this.urls, request, token) };
  }
}
