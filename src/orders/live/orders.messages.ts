import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import type { ServerMessage } from '../../realtime/gateway/gateway.js';
import { ApiPosition, ApiRequestId } from '../../realtime/gateway/realtime.messages.js';
import { LocationDto, PointDto, PublishedLocationDto } from '../requests/order-location.dto.js';
import type { Milestone, OrderPlace } from '../life/order-milestones.table.js';
import { ORDER_STATUSES } from '../status/order-status.js';
import type { OrderStatus } from '../status/order-status.js';
import { CreateMessageDto, OrderMessageDto } from '../requests/order-messages.dto.js';
import { OrderDto, OrderItemDto } from '../requests/orders.dto.js';
import { WantedWindowDto } from '../requests/wanted-window.js';

const ORDER_EXAMPLE = '0193b3c1-12ab-7000-8000-6d7e8f9a0b1c';
const PARTNER_EXAMPLE = '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f';

@ApiSchema({ description: 'The current position of the assigned partner.' })
export class LocationUpdateMessage extends LocationDto {}

@ApiSchema({ description: 'A message of the chat between customer and partner.' })
export class SendChatMessage extends CreateMessageDto {}

@ApiSchema({ description: 'The members of an order that an edit changed. Null: the member was removed.' })
export class OrderChangedDto {
  @ApiProperty({ type: 'integer', example: 2 })
  version!: number;

  @ApiPropertyOptional({ type: String, example: '1 Main Street' })
  pickup_address?: string;

  @ApiPropertyOptional({ type: String, example: '2 Side Street' })
  delivery_address?: string;

  @ApiPropertyOptional({ type: PointDto, nullable: true })
  pickup_location?: PointDto | null;

  @ApiPropertyOptional({ type: PointDto, nullable: true })
  delivery_location?: PointDto | null;

  @ApiPropertyOptional({ type: [OrderItemDto] })
  items?: OrderItemDto[];

  @ApiPropertyOptional({ type: String, example: 'Ring twice' })
  notes?: string;

  @ApiPropertyOptional({ type: WantedWindowDto, nullable: true })
  wanted_window?: WantedWindowDto | null;

  @ApiPropertyOptional({ type: Number, example: 25.5 })
  total?: number;
}

@ApiSchema({ description: 'A change of an order.' })
export class OrderUpdateDto {
  @ApiProperty({ type: String, example: ORDER_EXAMPLE })
  order_id!: string;

  @ApiProperty({ enum: ORDER_STATUSES, example: 'picked_up' })
  status!: OrderStatus;

  @ApiProperty({ type: String, description: 'In the language of the reader', example: 'Picked up' })
  status_display!: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Null until assigned; absent in messages from Django',
    example: PARTNER_EXAMPLE,
  })
  partner_id?: string | null;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  updated_at!: string;

  @ApiPropertyOptional({
    enum: ['nearby', 'arrived'],
    description:
      'Present if the partner is near the place or has arrived there; the status has not changed. Each is sent once',
    example: 'nearby',
  })
  event?: Milestone;

  @ApiPropertyOptional({
    enum: ['pickup', 'delivery'],
    description: 'The address that the event is about',
    example: 'delivery',
  })
  place?: OrderPlace;

  @ApiPropertyOptional({
    type: OrderChangedDto,
    description: 'Present if the order was edited: the changed members of the order with their new values',
  })
  changed?: OrderChangedDto;

  @ApiPropertyOptional({
    type: String,
    description: 'Present if the order was cancelled, unassigned or handed back with a reason',
    example: 'Ordered twice',
  })
  reason?: string;
}

@ApiSchema({ description: 'The order was assigned or edited, its status changed, or its partner is nearby.' })
export class OrderUpdateMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['order_update'] })
  type!: 'order_update';

  @ApiProperty({ type: OrderUpdateDto })
  update!: OrderUpdateDto;

  @ApiPosition()
  position?: string;
}

@ApiSchema({ description: 'The current position of the partner. Only the newest one is relevant.' })
export class LocationMessage extends PublishedLocationDto {
  @ApiProperty({ enum: ['location'] })
  type!: 'location';
}

@ApiSchema({ description: 'A chat message. The sender’s copy has the request_id.' })
export class ChatMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['chat_message'] })
  type!: 'chat_message';

  @ApiProperty({ type: OrderMessageDto })
  message!: OrderMessageDto;

  @ApiPosition()
  position?: string;

  @ApiRequestId()
  request_id?: string | number;
}

@ApiSchema({ description: 'The other participant of an order has written a chat message to you.' })
export class OwnChatMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['chat_message'] })
  type!: 'chat_message';

  @ApiProperty({ type: String, example: ORDER_EXAMPLE })
  order_id!: string;

  @ApiProperty({ type: OrderMessageDto })
  message!: OrderMessageDto;

  @ApiProperty({ type: 'integer', description: 'Your unread messages of this order', example: 1 })
  unread_count!: number;

  @ApiPosition()
  position?: string;
}

@ApiSchema({ description: 'You have read chat messages of an order, up to and including this message.' })
export class OwnChatReadMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['chat_read'] })
  type!: 'chat_read';

  @ApiProperty({ type: String, example: ORDER_EXAMPLE })
  order_id!: string;

  @ApiProperty({ type: String, description: 'Your user id', example: PARTNER_EXAMPLE })
  user_id!: string;

  @ApiProperty({ type: String, example: '0193b3c2-3def-7000-8000-7e8f9a0b1c2d' })
  message_id!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T09:32:00.000Z' })
  read_at!: string;

  @ApiProperty({ type: 'integer', description: 'Your unread messages of this order', example: 0 })
  unread_count!: number;

  @ApiPosition()
  position?: string;
}

@ApiSchema({ description: 'An order was assigned to the partner.' })
export class NewOrderMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['new_order'] })
  type!: 'new_order';

  @ApiProperty({ type: OrderDto })
  order!: OrderDto;

  @ApiPosition()
  position?: string;
}

@ApiSchema({ description: 'An order is offered to the partner, who accepts or declines it over REST.' })
export class OrderOfferedMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['order_offered'] })
  type!: 'order_offered';

  @ApiProperty({ type: OrderDto })
  order!: OrderDto;

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'When the offer goes to the next partner',
    example: '2026-11-21T09:31:00.000Z',
  })
  expires_at!: string;

  @ApiPosition()
  position?: string;
}

@ApiSchema({ description: 'An offer to the partner has ended.' })
export class OrderOfferEndedMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['order_offer_ended'] })
  type!: 'order_offer_ended';

  @ApiProperty({ type: String, example: ORDER_EXAMPLE })
  order_id!: string;

  @ApiProperty({
    enum: ['accepted', 'declined', 'expired', 'withdrawn'],
    description: '`withdrawn`: the order was assigned, offered again, picked up or cancelled',
    example: 'expired',
  })
  outcome!: string;

  @ApiPosition()
  position?: string;
}

@ApiSchema({ description: 'An order of the partner is no longer assigned to them.' })
export class OrderUnassignedMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['order_unassigned'] })
  type!: 'order_unassigned';

  @ApiProperty({ type: String, example: ORDER_EXAMPLE })
  order_id!: string;

  @ApiPosition()
  position?: string;
}

@ApiSchema({ description: 'The state at the start of a socket.' })
export class OrderGreeting {
  @ApiProperty({ type: OrderDto })
  order!: OrderDto;
}
