import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Length,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';
import { IsStorableText } from '../../database/storable-text.js';
import { Nested } from '../../input/shape/nested.decorator.js';
import { IsMoney } from './money.js';
import { PointDto } from './order-location.dto.js';
import { WantedWindowDto } from './wanted-window.js';
import { ORDER_STATUSES } from '../status/order-status.js';
import type { OrderStatus } from '../status/order-status.js';

const ID_EXAMPLE = '0193b3c1-12ab-7000-8000-6d7e8f9a0b1c';
const TIME_EXAMPLE = '2026-11-21T09:30:00.000Z';

export class OrderItemDto {
  @ApiProperty({ minLength: 1, maxLength: 200, example: 'Shirts, ironed' })
  @Length(1, 200)
  @IsStorableText()
  name!: string;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 10_000, example: 3 })
  @IsInt()
  @Min(1)
  @Max(10_000)
  quantity!: number;

  @ApiProperty({
    oneOf: [{ type: 'number', minimum: 0, maximum: 9_999_999.99 }, { type: 'string' }],
    example: 8.5,
    description: 'At most two decimals; a decimal string is accepted too',
  })
  @IsMoney()
  unit_price!: number | string;
}

export class CreateOrderDto {
  @ApiPropertyOptional({
    type: String,
    description: 'The user id of the customer. Required with an API key; otherwise it must be absent',
    example: '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f',
  })
  @ValidateIf((_, value) => value !== undefined)
  @Length(1, 255)
  @IsStorableText()
  customer_id?: string;

  @ApiProperty({ minLength: 1, maxLength: 500, example: '1 Main Street' })
  @Length(1, 500)
  @IsStorableText()
  pickup_address!: string;

  @ApiProperty({ minLength: 1, maxLength: 500, example: '2 Side Street' })
  @Length(1, 500)
  @IsStorableText()
  delivery_address!: string;

  @ApiPropertyOptional({
    type: PointDto,
    nullable: true,
    description: 'Coordinates, required for nearby, arrived and the estimated arrival',
  })
  @IsOptional()
  @Nested(() => PointDto)
  pickup_location?: PointDto | null;

  @ApiPropertyOptional({ type: PointDto, nullable: true, description: 'Coordinates of the delivery address' })
  @IsOptional()
  @Nested(() => PointDto)
  delivery_location?: PointDto | null;

  @ApiProperty({ type: [OrderItemDto], minItems: 1, maxItems: 100 })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @Nested(() => OrderItemDto, { each: true })
  items!: OrderItemDto[];

  @ApiPropertyOptional({ maxLength: 2000, example: 'Ring twice' })
  @IsOptional()
  @MaxLength(2000)
  @IsStorableText()
  notes?: string;

  @ApiPropertyOptional({ type: WantedWindowDto, nullable: true, description: 'When the delivery is wanted' })
  @IsOptional()
  @Nested(() => WantedWindowDto)
  wanted_window?: WantedWindowDto | null;
}

const IfGiven = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

/** Body of PATCH orders/{id}/. Absent members stay as they are. */
export class EditOrderDto {
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    example: 1,
    description: 'The `version` that this edit is based on. 409 if the order has been edited since',
  })
  @IsInt()
  @Min(1)
  version!: number;

  @ApiPropertyOptional({ minLength: 1, maxLength: 500, example: '1 Main Street' })
  @IfGiven()
  @Length(1, 500)
  @IsStorableText()
  pickup_address?: string;

  @ApiPropertyOptional({ minLength: 1, maxLength: 500, example: '2 Side Street' })
  @IfGiven()
  @Length(1, 500)
  @IsStorableText()
  delivery_address?: string;

  @ApiPropertyOptional({ type: PointDto, nullable: true, description: 'Null removes the coordinates' })
  @IsOptional()
  @Nested(() => PointDto)
  pickup_location?: PointDto | null;

  @ApiPropertyOptional({ type: PointDto, nullable: true, description: 'Null removes the coordinates' })
  @IsOptional()
  @Nested(() => PointDto)
  delivery_location?: PointDto | null;

  @ApiPropertyOptional({ type: [OrderItemDto], minItems: 1, maxItems: 100, description: 'Replaces all items' })
  @IfGiven()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @Nested(() => OrderItemDto, { each: true })
  items?: OrderItemDto[];

  @ApiPropertyOptional({ maxLength: 2000, example: 'Ring twice' })
  @IfGiven()
  @MaxLength(2000)
  @IsStorableText()
  notes?: string;

  @ApiPropertyOptional({ type: WantedWindowDto, nullable: true, description: 'Null removes it' })
  @IsOptional()
  @Nested(() => WantedWindowDto)
  wanted_window?: WantedWindowDto | null;
}

export class AssignOrderDto {
  @ApiProperty({ type: String, example: ID_EXAMPLE, description: 'The `id` from `partners/me/`, not the user id' })
  @IsString()
  @IsNotEmpty()
  partner_id!: string;
}

const REASON = { type: String, minLength: 1, maxLength: 500, example: 'The bike is broken' };

export class UnassignOrderDto {
  @ApiPropertyOptional({ ...REASON, nullable: true, description: 'Why' })
  @IsOptional()
  @Length(1, 500)
  @IsStorableText()
  reason?: string | null;
}

export class HandBackOrderDto {
  @ApiProperty({ ...REASON, description: 'Why' })
  @Length(1, 500)
  @IsStorableText()
  reason!: string;
}

export class ChangeStatusDto {
  @ApiProperty({ enum: ORDER_STATUSES, example: 'confirmed' })
  @IsIn(ORDER_STATUSES)
  status!: OrderStatus;

  @ApiPropertyOptional({
    ...REASON,
    nullable: true,
    example: 'Ordered twice',
    description: 'Only with the status `cancelled`: why',
  })
  @IsOptional()
  @Length(1, 500)
  @IsStorableText()
  reason?: string | null;
}

/** An order as returned by REST and sent over WebSockets. */
export class OrderDto {
  @ApiProperty({ example: ID_EXAMPLE })
  id!: string;

  @ApiProperty({ example: '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f' })
  customer_id!: string;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Null until assigned' })
  partner_id!: string | null;

  @ApiProperty({ enum: ORDER_STATUSES, example: 'pending' })
  status!: OrderStatus;

  @ApiProperty({ description: 'In the language of the reader', example: 'Pending' })
  status_display!: string;

  @ApiProperty({ example: '1 Main Street' })
  pickup_address!: string;

  @ApiProperty({ example: '2 Side Street' })
  delivery_address!: string;

  @ApiPropertyOptional({ type: PointDto, description: 'Absent if it was not set' })
  pickup_location?: PointDto;

  @ApiPropertyOptional({ type: PointDto, description: 'Absent if it was not set' })
  delivery_location?: PointDto;

  @ApiProperty({ type: [OrderItemDto] })
  items!: { name: string; quantity: number; unit_price: number }[];

  @ApiProperty({ example: 'Ring twice' })
  notes!: string;

  @ApiPropertyOptional({ type: WantedWindowDto, description: 'Absent if it was not set' })
  wanted_window?: Pick<WantedWindowDto, keyof WantedWindowDto>;

  @ApiProperty({ type: Number, example: 25.5 })
  total!: number;

  @ApiProperty({ example: 'USD' })
  currency!: string;

  @ApiProperty({ type: 'integer', example: 1, description: '1 when created; each edit adds 1' })
  version!: number;

  @ApiProperty({ format: 'date-time', example: TIME_EXAMPLE })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: TIME_EXAMPLE })
  updated_at!: string;
}

export class OrderPageDto {
  @ApiProperty({ type: [OrderDto] })
  results!: OrderDto[];

  @ApiProperty({ type: String, nullable: true })
  next_cursor!: string | null;
}
