import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { PublishedLocationDto } from '../orders/requests/order-location.dto.js';
import { ORDER_STATUSES } from '../orders/status/order-status.js';
import type { OrderStatus } from '../orders/status/order-status.js';

const ID_EXAMPLE = '0193b3c4-3def-7000-8000-7e8f9a0b1c2d';
const TIME_EXAMPLE = '2026-11-21T09:30:00.000Z';
const TOKEN_EXAMPLE = 'AZOzxD3vcACAAH6PmgscLT0mW1q0yYk8uJtqJcX0B1gk3oXnq4aQfQ7s';
const MOST_SECONDS = 30 * 24 * 3_600;

export class CreateShareDto {
  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    minimum: 60,
    maximum: MOST_SECONDS,
    example: 7_200,
    description: 'Seconds. Default: until the order ends',
  })
  @IsOptional()
  @IsInt()
  @Min(60)
  @Max(MOST_SECONDS)
  expires_in?: number | null;
}

/** A link with which anyone can follow an order. */
export class ShareDto {
  @ApiProperty({ example: ID_EXAMPLE })
  id!: string;

  @ApiProperty({ example: TOKEN_EXAMPLE })
  token!: string;

  @ApiProperty({
    example: `https://tidings.example.com/follow/#${TOKEN_EXAMPLE}`,
    description: 'A page that shows the order in a browser',
  })
  url!: string;

  @ApiProperty({ example: `https://tidings.example.com/api/shared-orders/${TOKEN_EXAMPLE}/` })
  api_url!: string;

  @ApiProperty({ example: `wss://tidings.example.com/ws/shared-orders/${TOKEN_EXAMPLE}/` })
  ws_url!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The user who created it; null: an API key',
    example: ID_EXAMPLE,
  })
  created_by!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The id of the API key that created it', example: null })
  created_by_key!: string | null;

  @ApiProperty({ format: 'date-time', example: TIME_EXAMPLE })
  created_at!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description: 'Null: the link expires when the order ends',
  })
  expires_at!: string | null;
}

export class SharePageDto {
  @ApiProperty({ type: [ShareDto] })
  results!: ShareDto[];

  @ApiProperty({ type: String, nullable: true })
  next_cursor!: string | null;
}

/** The public part of an order, for anyone who has the link: no names, addresses, prices or chat messages. */
export class SharedOrderDto {
  @ApiProperty({ example: ID_EXAMPLE })
  id!: string;

  @ApiProperty({ enum: ORDER_STATUSES, example: 'out_for_delivery' })
  status!: OrderStatus;

  @ApiProperty({ description: 'In DEFAULT_LANGUAGE', example: 'Out for delivery' })
  status_display!: string;

  @ApiProperty({ format: 'date-time', example: TIME_EXAMPLE })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: TIME_EXAMPLE })
  updated_at!: string;
}

/** The current state of a shared order. */
export class SharedOrderStateDto {
  @ApiProperty({ type: SharedOrderDto })
  order!: SharedOrderDto;

  @ApiProperty({ type: PublishedLocationDto, nullable: true, description: 'Null if the location is not known' })
  location!: PublishedLocationDto | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description: 'Null: the link expires when the order ends',
  })
  expires_at!: string | null;
}

/** The current state over REST, and the URL of the socket for further updates. */
export class SharedOrderAnswerDto extends SharedOrderStateDto {
  @ApiProperty({ example: `wss://tidings.example.com/ws/shared-orders/${TOKEN_EXAMPLE}/` })
  ws_url!: string;
}
