import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Length } from 'class-validator';
import { IsStorableText } from '../../database/storable-text.js';
import { ApiTimeSort, TimeListQuery } from '../../pagination/time-list.js';
import type { TimeSort } from '../../pagination/time-list.js';

export class CreateMessageDto {
  @ApiProperty({ minLength: 1, maxLength: 4000, example: 'I am at the door' })
  @Length(1, 4000)
  @IsStorableText()
  text!: string;
}

/** The query of GET orders/{id}/messages/. */
export class OrderMessageListQuery extends TimeListQuery {
  @ApiPropertyOptional({
    type: String,
    minLength: 1,
    maxLength: 100,
    description: 'Only messages that contain this text',
  })
  @IsOptional()
  @Length(1, 100)
  @IsStorableText()
  q?: string;

  @ApiTimeSort('created_at')
  declare sort?: TimeSort;
}

/** A chat message of an order. */
export class OrderMessageDto {
  @ApiProperty({ example: '0193b3c2-3def-7000-8000-7e8f9a0b1c2d' })
  id!: string;

  @ApiProperty({ description: 'The author', example: '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f' })
  sender_id!: string;

  @ApiProperty({ example: 'I am at the door' })
  text!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:31:00.000Z' })
  created_at!: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'When the other side read it; absent until then',
    example: '2026-11-21T09:32:00.000Z',
  })
  read_at?: string;
}

export class UnreadOrderDto {
  @ApiProperty({ example: '0193b3c1-12ab-7000-8000-6d7e8f9a0b1c' })
  order_id!: string;

  @ApiProperty({ type: 'integer', example: 2 })
  unread_count!: number;
}

export class UnreadMessagesDto {
  @ApiProperty({ type: 'integer', description: 'Unread messages of all your orders', example: 2 })
  total!: number;

  @ApiProperty({ type: [UnreadOrderDto], description: 'Your orders with unread messages: the newest 100 orders' })
  results!: UnreadOrderDto[];
}

export class OrderUnreadCountDto {
  @ApiProperty({ type: 'integer', example: 2 })
  count!: number;
}

export class OrderMessagePageDto {
  @ApiProperty({ type: [OrderMessageDto] })
  results!: OrderMessageDto[];

  @ApiProperty({ type: String, nullable: true })
  next_cursor!: string | null;
}
