import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiIdempotencyKey } from '../idempotency/api-idempotency-key.decorator.js';
import type { Actor } from '../auth/principal/actor.js';
import { ApiKeyScope } from '../auth/principal/api-key-scope.decorator.js';
import { CurrentActor, CurrentPrincipal } from '../auth/principal/current-principal.decorator.js';
import type { Principal } from '../auth/principal/principal.js';
import { Roles } from '../auth/principal/roles.decorator.js';
import { IdempotentRequestParam } from '../idempotency/idempotent-request.decorator.js';
import type { IdempotentRequest } from '../idempotency/idempotent-request.js';
import { PageQuery } from '../pagination/page.js';
import type { Page } from '../pagination/page.js';
import { OfferAnswers } from './life/offer-answers.js';
import { OrderOffers } from './life/order-offers.js';
import { DeclineOfferDto, OfferDto, OfferOrderDto, OfferPageDto } from './requests/order-offers.dto.js';
import { OrderDto } from './requests/orders.dto.js';

/** Offers of orders to partners. */
@ApiTags('orders')
@ApiBearerAuth()
@Controller('orders')
export class OrderOffersController {
  constructor(
    private readonly offers: OrderOffers,
    private readonly answers: OfferAnswers,
  ) {}

  @Post(':id/offer')
  @Roles('admin')
  @ApiKeyScope('orders:write')
  @ApiOperation({
    summary: 'Offer an order to a partner, or to several partners one after the other',
    description:
      'The first partner on duty gets the offer. If they decline or do not answer within `deadline_s`, the next one gets it. ' +
      'If no partner is left, you are notified. A new offer replaces earlier ones.',
  })
  @ApiIdempotencyKey()
  @ApiCreatedResponse({ type: OfferDto })
  offer(
    @IdempotentRequestParam() request: IdempotentRequest | null,
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Body() body: OfferOrderDto,
  ): Promise<OfferDto> {
    return this.offers.offer(request, actor, id, body);
  }

  @Get(':id/offers')
  @Roles('admin')
  @ApiKeyScope('orders:read')
  @ApiOperation({ summary: 'List the offers of an order, oldest first' })
  @ApiOkResponse({ type: OfferPageDto })
  list(@CurrentActor() actor: Actor, @Param('id') id: string, @Query() query: PageQuery): Promise<Page<OfferDto>> {
    return this.offers.list(actor, id, query);
  }

  @Post(':id/accept')
  @Roles('partner')
  @HttpCode(200)
  @ApiOperation({ summary: 'Accept an order that is offered to you. It is then assigned to you' })
  @ApiIdempotencyKey()
  @ApiOkResponse({ type: OrderDto })
  accept(
    @IdempotentRequestParam() request: IdempotentRequest | null,
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
  ): Promise<OrderDto> {
    return this.answers.accept(request, principal, id);
  }

  @Post(':id/decline')
  @Roles('partner')
  @HttpCode(200)
  @ApiOperation({ summary: 'Decline an order that is offered to you' })
  @ApiIdempotencyKey()
  @ApiOkResponse({ type: OfferDto })
  decline(
    @IdempotentRequestParam() request: IdempotentRequest | null,
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() { reason = null }: DeclineOfferDto,
  ): Promise<OfferDto> {
    return this.answers.decline(request, principal, id, reason);
  }
}
