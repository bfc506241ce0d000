import { ApiProperty } from '@nestjs/swagger';
import { ORDER_STATUSES } from '../status/order-status.js';
import type { OrderStatus } from '../status/order-status.js';
import type { OrderEvent } from './orders.table.js';

const ID_EXAMPLE = '0193b3c1-12ab-7000-8000-6d7e8f9a0b1c';
const TIME_EXAMPLE = '2026-11-21T09:30:00.000Z';

/** One event in the history of an order. */
export class OrderHistoryDto {
  @ApiProperty({ example: ID_EXAMPLE })
  id!: string;

  @ApiProperty({ enum: ['created', 'assigned', 'status_changed'], example: 'status_changed' })
  event!: OrderEvent;

  @ApiProperty({ enum: ORDER_STATUSES, nullable: true, example: 'pending', description: 'Null when created' })
  from_status!: OrderStatus | null;

  @ApiProperty({ enum: ORDER_STATUSES, example: 'confirmed' })
  to_status!: OrderStatus;

  @ApiProperty({ description: 'In the language of the reader', example: 'Confirmed' })
  status_display!: string;

  @ApiProperty({ type: String, nullable: true, description: 'The partner who had the order after the change' })
  partner_id!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The user who made the change; null: an API key' })
  changed_by!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The id of the API key that made the change' })
  changed_by_key!: string | null;

  @ApiProperty({ format: 'date-time', example: TIME_EXAMPLE })
  created_at!: string;
}

export class OrderHistoryPageDto {
  @ApiProperty({ type: [OrderHistoryDto] })
  results!: OrderHistoryDto[];

  @ApiProperty({ type: String, nullable: true })
  next_cursor!: string | null;
}
