import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ORDER_STATUSES } from '../status/order-status.js';
import type { OrderStatus } from '../status/order-status.js';
import { ANY_JSON } from '../../realtime/gateway/realtime.messages.js';
import { ORDER_EVENTS } from '../status/order-event.js';
import type { OrderEvent } from '../status/order-event.js';

const ID_EXAMPLE = '0193b3c1-12ab-7000-8000-6d7e8f9a0b1c';
const TIME_EXAMPLE = '2026-11-21T09:30:00.000Z';

/** A member of an order before and after an edit. */
export class OrderChangeDto {
  @ApiProperty({ type: String, description: 'The name of the member of the order', example: 'notes' })
  field!: string;

  @ApiProperty({ ...ANY_JSON, description: 'Null: it was not set', example: '' })
  from!: unknown;

  @ApiProperty({ ...ANY_JSON, description: 'Null: it was removed', example: 'Ring twice' })
  to!: unknown;
}

/** One event in the history of an order. */
export class OrderHistoryDto {
  @ApiProperty({ example: ID_EXAMPLE })
  id!: string;

  @ApiProperty({ enum: ORDER_EVENTS, example: 'status_changed' })
  event!: OrderEvent;

  @ApiProperty({ enum: ORDER_STATUSES, nullable: true, example: 'pending', description: 'Null when created' })
  from_status!: OrderStatus | null;

  @ApiProperty({ enum: ORDER_STATUSES, example: 'confirmed' })
  to_status!: OrderStatus;

  @ApiProperty({ description: 'In the language of the reader', example: 'Confirmed' })
  status_display!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The partner who had the order after the change; for offers, the partner of the offer',
  })
  partner_id!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The user who made the change; null: an API key, or the service',
  })
  changed_by!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The id of the API key that made the change' })
  changed_by_key!: string | null;

  @ApiPropertyOptional({ type: String, description: 'Why; absent if no reason was given', example: 'Ordered twice' })
  reason?: string;

  @ApiPropertyOptional({ type: [OrderChangeDto], description: 'What was changed; only for `edited`' })
  changes?: OrderChangeDto[];

  @ApiProperty({ format: 'date-time', example: TIME_EXAMPLE })
  created_at!: string;
}

export class OrderHistoryPageDto {
  @ApiProperty({ type: [OrderHistoryDto] })
  results!: OrderHistoryDto[];

  @ApiProperty({ type: String, nullable: true })
  next_cursor!: string | null;
}
