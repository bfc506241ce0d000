import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '../auth/public.decorator.js';
import { SharedOrderStateDto } from './shared-orders.dto.js';
import { SharedOrders } from './shared-orders.service.js';

/** For anyone who has a link. */
@ApiTags('shared orders')
@Controller('shared-orders')
export class SharedOrdersController {
  constructor(private readonly shared: SharedOrders) {}

  @Public()
  @Get(':token')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'An order by its link: its status, where the partner is, when they will be there',
    description: '404 for a token that is none; 410 when the link was revoked or has expired, or the order has ended.',
  })
  @ApiOkResponse({ type: SharedOrderStateDto })
  state(@Param('token') token: string): Promise<SharedOrderStateDto> {
    return this.shared.state(token);
  }
}
