import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import type { Milestone, OrderPlace } from '../orders/life/order-milestones.table.js';
import { ORDER_STATUSES } from '../orders/status/order-status.js';
import type { OrderStatus } from '../orders/status/order-status.js';
import type { ServerMessage } from '../realtime/gateway/gateway.js';
import { ApiPosition } from '../realtime/gateway/realtime.messages.js';
import { SharedOrderStateDto } from './shared-orders.dto.js';

@ApiSchema({ description: 'The state at the start of a socket.' })
export class SharedOrderGreeting extends SharedOrderStateDto {}

@ApiSchema({ description: 'A change of the order, as sent to clients with the link.' })
export class SharedOrderUpdateDto {
  @ApiProperty({ type: String, example: '0193b3c1-12ab-7000-8000-6d7e8f9a0b1c' })
  order_id!: string;

  @ApiProperty({ enum: ORDER_STATUSES, example: 'out_for_delivery' })
  status!: OrderStatus;

  @ApiProperty({ type: String, description: 'In DEFAULT_LANGUAGE', example: 'Out for delivery' })
  status_display!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  updated_at!: string;

  @ApiPropertyOptional({ enum: ['nearby', 'arrived'], example: 'nearby' })
  event?: Milestone;

  @ApiPropertyOptional({ enum: ['pickup', 'delivery'], example: 'delivery' })
  place?: OrderPlace;
}

@ApiSchema({
  description:
    'The status of the order has changed, or its partner is nearby. After the last change, the socket is closed.',
})
export class SharedOrderUpdateMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['order_update'] })
  type!: 'order_update';

  @ApiProperty({ type: SharedOrderUpdateDto })
  update!: SharedOrderUpdateDto;

  @ApiPosition()
  position?: string;
}
