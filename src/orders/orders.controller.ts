import { Body, Controller, Get, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiIdempotencyKey } from '../idempotency/api-idempotency-key.decorator.js';
import type { Response } from 'express';
import type { Actor } from '../auth/principal/actor.js';
import { ApiKeyScope } from '../auth/principal/api-key-scope.decorator.js';
import { CurrentActor } from '../auth/principal/current-principal.decorator.js';
import { Roles } from '../auth/principal/roles.decorator.js';
import { IdempotentRequestParam } from '../idempotency/idempotent-request.decorator.js';
import type { IdempotentRequest } from '../idempotency/idempotent-request.js';
import { BodyLimit } from '../input/route-input.js';
import { PageQuery } from '../pagination/page.js';
import type { Page } from '../pagination/page.js';
import { OrderChanges } from './life/order-changes.js';
import { OrderEdits } from './life/order-edits.js';
import { ChangeStatusDto, CreateOrderDto, EditOrderDto } from './requests/orders.dto.js';
import { OrderListQuery } from './requests/order-list.dto.js';
import { OrderHistoryPageDto } from './requests/order-history.dto.js';
import type { OrderHistoryDto } from './requests/order-history.dto.js';
import { OrderDto, OrderPageDto } from './requests/orders.dto.js';
import { OrdersService } from './order/orders.service.js';

@ApiTags('orders')
@ApiBearerAuth()
@Controller('orders')
export class OrdersController {
  constructor(
    private readonly orders: OrdersService,
    private readonly changes: OrderChanges,
    private readonly edits: OrderEdits,
  ) {}

  @Post()
  @Roles('customer')
  @ApiKeyScope('orders:write')
  // Enough for 100 items with names of 200 characters, each written as \uXXXX.
  @BodyLimit({ bytes: 256 * 1024 })
  @ApiOperation({
    summary: 'Create an order',
    description: 'For customers, and for API keys, which name the customer. The total is computed from the items.',
  })
  @ApiIdempotencyKey()
  @ApiCreatedResponse({ type: OrderDto })
  create(
    @IdempotentRequestParam() request: IdempotentRequest | null,
    @CurrentActor() actor: Actor,
    @Body() body: CreateOrderDto,
  ): Promise<OrderDto> {
    return this.orders.create(request, actor, body);
  }

  @Get()
  @ApiKeyScope('orders:read')
  @ApiOperation({
    summary: 'List orders: your own, those assigned to you, or all for administrators',
  })
  @ApiOkResponse({ type: OrderPageDto })
  list(@CurrentActor() actor: Actor, @Query() query: OrderListQuery): Promise<Page<OrderDto>> {
    return this.orders.list(actor, query);
  }

  @Get(':id')
  @ApiKeyScope('orders:read')
  @ApiOperation({ summary: 'Get an order. For its customer, its partner and administrators' })
  @ApiOkResponse({
    type: OrderDto,
    headers: {
      'X-Stream-Position': {
        description:
          'A `since` value. A socket of this order that is opened with it receives all changes after this answer',
        schema: { type: 'string' },
      },
    },
  })
  async get(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<OrderDto> {
    const { position, order } = await this.orders.get(actor, id);
    response.setHeader('X-Stream-Position', position);
    return order;
  }

  @Patch(':id')
  @ApiKeyScope('orders:write')
  @BodyLimit({ bytes: 256 * 1024 })
  @ApiOperation({
    summary: 'Edit an order until it is picked up. For its customer and administrators',
    description:
      'Changes the given members. `version` is the version of the order that the edit is based on: 409 if the order has been ' +
      'edited since, or picked up. The history records each changed member. An order can be edited 100 times.',
  })
  @ApiIdempotencyKey()
  @ApiOkResponse({ type: OrderDto })
  edit(
    @IdempotentRequestParam() request: IdempotentRequest | null,
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Body() body: EditOrderDto,
  ): Promise<OrderDto> {
    return this.edits.edit(request, actor, id, body);
  }

  @Get(':id/history')
  @ApiKeyScope('orders:read')
  @ApiOperation({ summary: 'List the changes of an order, oldest first' })
  @ApiOkResponse({ type: OrderHistoryPageDto })
  history(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Query() query: PageQuery,
  ): Promise<Page<OrderHistoryDto>> {
    return this.orders.history(actor, id, query);
  }

  @Patch(':id/status')
  @ApiKeyScope('orders:write')
  @ApiOperation({
    summary: 'Change the status of an order. Its customer can only cancel it',
    description:
      'The order of statuses is pending, confirmed, picked_up, in_progress, ready, out_for_delivery, completed. ' +
      'cancelled may follow pending and confirmed. Repeating the current status changes nothing. A cancellation may have a `reason`. Completing the order books the partner’s earning.',
  })
  @ApiOkResponse({ type: OrderDto })
  async changeStatus(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Body() body: ChangeStatusDto,
  ): Promise<OrderDto> {
    return this.orders.view({ order: await this.changes.changeStatus(actor, id, body) }, actor);
  }
}
