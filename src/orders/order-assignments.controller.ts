import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiIdempotencyKey } from '../idempotency/api-idempotency-key.decorator.js';
import type { Actor } from '../auth/principal/actor.js';
import { ApiKeyScope } from '../auth/principal/api-key-scope.decorator.js';
import { CurrentActor, CurrentPrincipal } from '../auth/principal/current-principal.decorator.js';
import type { Principal } from '../auth/principal/principal.js';
import { Roles } from '../auth/principal/roles.decorator.js';
import { IdempotentRequestParam } from '../idempotency/idempotent-request.decorator.js';
import type { IdempotentRequest } from '../idempotency/idempotent-request.js';
import { OrderAssignments } from './life/order-assignments.js';
import { AssignOrderDto, HandBackOrderDto, OrderDto, UnassignOrderDto } from './requests/orders.dto.js';
import { OrdersService } from './order/orders.service.js';

/** Which partner delivers an order. */
@ApiTags('orders')
@ApiBearerAuth()
@Controller('orders')
export class OrderAssignmentsController {
  constructor(
    private readonly orders: OrdersService,
    private readonly assignments: OrderAssignments,
  ) {}

  @Post(':id/assign')
  @Roles('admin')
  @ApiKeyScope('orders:write')
  @HttpCode(200)
  @ApiOperation({ summary: 'Assign the order to a partner. It can be reassigned until it is picked up' })
  @ApiOkResponse({ type: OrderDto })
  async assign(@CurrentActor() actor: Actor, @Param('id') id: string, @Body() body: AssignOrderDto): Promise<OrderDto> {
    return this.orders.view({ order: await this.assignments.assign(actor, id, body.partner_id) }, actor);
  }

  @Post(':id/unassign')
  @Roles('admin')
  @ApiKeyScope('orders:write')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Take the order from its partner, until it is picked up',
    description: 'The status stays. Unassigning an order without a partner changes nothing.',
  })
  @ApiIdempotencyKey()
  @ApiOkResponse({ type: OrderDto })
  unassign(
    @IdempotentRequestParam() request: IdempotentRequest | null,
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Body() { reason = null }: UnassignOrderDto,
  ): Promise<OrderDto> {
    return this.assignments.unassign(request, actor, id, reason);
  }

  @Post(':id/hand-back')
  @Roles('partner')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Return an order that is assigned to you, until it is picked up',
    description:
      'For partners who cannot deliver, instead of cancelling the order of the customer. The administrator who assigned ' +
      'the order is notified.',
  })
  @ApiIdempotencyKey()
  @ApiOkResponse({ type: OrderDto })
  handBack(
    @IdempotentRequestParam() request: IdempotentRequest | null,
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() { reason }: HandBackOrderDto,
  ): Promise<OrderDto> {
    return this.assignments.handBack(request, principal, id, reason);
  }
}
