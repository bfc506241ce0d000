import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import type { ServerMessage } from '../../realtime/gateway/gateway.js';
import { ApiPosition, ApiRequestId } from '../../realtime/gateway/realtime.messages.js';
import { LocationDto, PublishedLocationDto } from '../order/order-location.dto.js';
import type { Milestone, OrderPlace } from '../life/order-milestones.table.js';
import { ORDER_STATUSES } from '../status/order-status.js';
import type { OrderStatus } from '../status/order-status.js';
import { CreateMessageDto, OrderMessageDto } from '../order/order-messages.dto.js';
import { OrderDto } from '../order/orders.dto.js';

const ORDER_EXAMPLE = '0193b3c1-12ab-7000-8000-6d7e8f9a0b1c';
const PARTNER_EXAMPLE = '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f';

@ApiSchema({ description: 'The current position of the assigned partner.' })
export class LocationUpdateMessage extends LocationDto {}

@ApiSchema({ description: 'A message of the chat between customer and partner.' })
export class SendChatMessage extends CreateMessageDto {}

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
}

@ApiSchema({ description: 'The order was assigned, its status changed, or its partner is nearby.' })
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

@ApiSchema({ description: 'An order of the partner was assigned to another partner.' })
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
