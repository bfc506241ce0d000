import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { ApiIdempotencyKey } from '../../idempotency/api-idempotency-key.decorator.js';
import { CurrentPrincipal } from '../../auth/principal/current-principal.decorator.js';
import type { Principal } from '../../auth/principal/principal.js';
import { IdempotentRequestParam } from '../../idempotency/idempotent-request.decorator.js';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.js';
import type { Page } from '../../pagination/page.js';
import { UnreadMessages } from '../chat/unread-messages.js';
import { OrderChat } from '../chat/order-chat.js';
import { LocationDto, PublishedLocationDto } from '../requests/order-location.dto.js';
import { OrderLocations } from '../tracking/order-locations.js';
import {
  CreateMessageDto,
  OrderMessageDto,
  OrderMessageListQuery,
  OrderMessagePageDto,
  OrderUnreadCountDto,
  UnreadMessagesDto,
} from '../requests/order-messages.dto.js';

/** The partner's location reports and the chat of an order. */
@ApiTags('orders')
@ApiBearerAuth()
@Controller('orders')
export class OrderParticipantsController {
  constructor(
    private readonly chat: OrderChat,
    private readonly locations: OrderLocations,
    private readonly unread: UnreadMessages,
  ) {}

  @Post(':id/location')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Report the location of the assigned partner',
    description:
      'Published to the sockets of the order. A position that implies an implausible speed is rejected with 422.',
  })
  @ApiOkResponse({ type: PublishedLocationDto })
  location(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() body: LocationDto,
  ): Promise<PublishedLocationDto> {
    return this.locations.publish(principal, id, body);
  }

  @Get(':id/messages')
  @ApiOperation({ summary: 'List chat messages' })
  @ApiOkResponse({ type: OrderMessagePageDto })
  messages(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Query() query: OrderMessageListQuery,
  ): Promise<Page<OrderMessageDto>> {
    return this.chat.list(principal, id, query);
  }

  @Get('messages/unread')
  @ApiOperation({ summary: 'Count your unread chat messages, by order' })
  @ApiOkResponse({ type: UnreadMessagesDto })
  allUnread(@CurrentPrincipal() { userId }: Principal): Promise<UnreadMessagesDto> {
    return this.unread.all(userId);
  }

  @Get(':id/messages/unread-count')
  @ApiOperation({ summary: 'Count your unread chat messages of an order' })
  @ApiOkResponse({ type: OrderUnreadCountDto })
  async unreadCount(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<OrderUnreadCountDto> {
    return { count: await this.chat.unreadCount(principal, id) };
  }

  @Post(':id/messages')
  @ApiOperation({ summary: 'Send a chat message' })
  @ApiIdempotencyKey()
  @ApiCreatedResponse({ type: OrderMessageDto })
  say(
    @IdempotentRequestParam() request: IdempotentRequest | null,
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() body: CreateMessageDto,
  ): Promise<OrderMessageDto> {
    return this.chat.post(request, principal, id, body.text);
  }

  @Post(':id/messages/:message_id/read')
  @HttpCode(204)
  @ApiOperation({ summary: 'Mark chat messages as read, up to and including this message' })
  @ApiNoContentResponse()
  markRead(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Param('message_id') messageId: string,
  ): Promise<void> {
    return this.chat.markRead(principal, id, messageId);
  }
}
