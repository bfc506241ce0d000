import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ServerMessage } from '../realtime/gateway.js';
import { LocationDto } from './order-location.dto.js';
import { ORDER_STATUSES } from './order-status.js';
import type { OrderStatus } from './order-status.js';
import { CreateMessageDto, OrderMessageDto } from './order-messages.dto.js';
import { OrderDto } from './orders.dto.js';

/** Client: `{type: "location_update", latitude, longitude, ...}`. */
export class LocationUpdateMessage extends LocationDto {}

/** Client: `{type: "chat_message", text}`. */
export class SendChatMessage extends CreateMessageDto {}

/** What changed about an order. */
export class OrderUpdateDto {
  @ApiProperty()
  order_id!: string;

  @ApiProperty({ enum: ORDER_STATUSES })
  status!: OrderStatus;

  @ApiProperty({ example: 'Picked up' })
  status_display!: string;

  @ApiProperty({ type: String, nullable: true })
  partner_id!: string | null;

  @ApiProperty({ format: 'date-time' })
  updated_at!: string;
}

/** Server: the order was assigned or its status changed. */
export class OrderUpdateMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['order_update'] })
  type!: 'order_update';

  @ApiProperty({ type: OrderUpdateDto })
  update!: OrderUpdateDto;

  @ApiPropertyOptional({ description: 'Absent on messages that came from Django' })
  position?: string;
}

/** Server: where the partner is; only the newest counts. */
export class LocationMessage extends LocationDto {
  @ApiProperty({ enum: ['location'] })
  type!: 'location';
}

/** Server: a line of the chat; the sender's own copy has the `request_id`. */
export class ChatMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['chat_message'] })
  type!: 'chat_message';

  @ApiProperty({ type: OrderMessageDto })
  message!: OrderMessageDto;

  @ApiProperty()
  position!: string;
}

/** Server, on `/ws/partner/`: an order was assigned to the partner. */
export class NewOrderMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['new_order'] })
  type!: 'new_order';

  @ApiProperty({ type: OrderDto })
  order!: OrderDto;

  @ApiPropertyOptional({ description: 'Absent on messages that came from Django' })
  position?: string;
}
