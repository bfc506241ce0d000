import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal } from '../../auth/principal/current-principal.decorator.js';
import type { Principal } from '../../auth/principal/principal.js';
import { Roles } from '../../auth/principal/roles.decorator.js';
import { PartnerOrderListQuery } from '../requests/order-list.dto.js';
import type { Page } from '../../pagination/page.js';
import { OrderDto, OrderPageDto } from '../requests/orders.dto.js';
import { OrdersService } from './orders.service.js';

/** Located in `orders`, because `orders` imports `partners` and not the reverse. */
@ApiTags('partners')
@ApiBearerAuth()
@Roles('partner')
@Controller('partners/me/orders')
export class PartnerOrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Get()
  @ApiOperation({ summary: 'List the orders assigned to you' })
  @ApiOkResponse({ type: OrderPageDto })
  list(@CurrentPrincipal() principal: Principal, @Query() query: PartnerOrderListQuery): Promise<Page<OrderDto>> {
    return this.orders.list(principal, query);
  }
}
