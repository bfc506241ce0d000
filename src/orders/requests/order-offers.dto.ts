import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
} from 'class-validator';
import { IsStorableText } from '../../database/storable-text.js';
import { OrderDto } from './orders.dto.js';

const ID_EXAMPLE = '0193b3c1-12ab-7000-8000-6d7e8f9a0b1c';
const TIME_EXAMPLE = '2026-11-21T09:30:00.000Z';
const STATES = ['waiting', 'open', 'accepted', 'declined', 'expired', 'skipped', 'withdrawn'] as const;
const MOST_PARTNERS = 50;
const LONGEST_S = 86_400;

/** Body of POST orders/{id}/offer/: `partner_id` or `partner_ids`. */
export class OfferOrderDto {
  @ApiPropertyOptional({ type: String, example: ID_EXAMPLE, description: 'The partner to offer the order to' })
  @IsOptional()
  @IsString()
  partner_id?: string;

  @ApiPropertyOptional({
    type: [String],
    minItems: 1,
    maxItems: MOST_PARTNERS,
    example: [ID_EXAMPLE],
    description: 'The partners to offer the order to, one after the other',
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_PARTNERS)
  @ArrayUnique()
  @IsString({ each: true })
  partner_ids?: string[];

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: LONGEST_S,
    default: 60,
    description: 'How long each partner may take to answer, in seconds',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(LONGEST_S)
  deadline_s?: number;
}

export class DeclineOfferDto {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    minLength: 1,
    maxLength: 500,
    example: 'Too far away',
    description: 'Why',
  })
  @IsOptional()
  @Length(1, 500)
  @IsStorableText()
  reason?: string | null;
}

/** An offer of an order to a partner. */
export class OfferDto {
  @ApiProperty({ example: ID_EXAMPLE })
  id!: string;

  @ApiProperty({ example: ID_EXAMPLE })
  order_id!: string;

  @ApiProperty({ example: ID_EXAMPLE })
  partner_id!: string;

  @ApiProperty({
    enum: STATES,
    description: '`waiting`: earlier partners are asked first. `skipped`: the partner was off duty',
    example: 'open',
  })
  state!: (typeof STATES)[number];

  @ApiProperty({ type: 'integer', example: 60, description: 'How long the partner may take to answer, in seconds' })
  deadline_s!: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: TIME_EXAMPLE,
    description: 'Null: not yet offered',
  })
  expires_at!: string | null;

  @ApiPropertyOptional({ type: String, description: 'Why the partner declined', example: 'Too far away' })
  reason?: string;

  @ApiProperty({ format: 'date-time', example: TIME_EXAMPLE })
  created_at!: string;
}

export class OfferPageDto {
  @ApiProperty({ type: [OfferDto], description: 'Oldest first' })
  results!: OfferDto[];

  @ApiProperty({ type: String, nullable: true })
  next_cursor!: string | null;
}

/** An open offer, as its partner sees it. */
export class OpenOfferDto {
  @ApiProperty({ type: OrderDto })
  order!: OrderDto;

  @ApiProperty({ format: 'date-time', example: TIME_EXAMPLE })
  expires_at!: string;
}

export class OpenOffersDto {
  @ApiProperty({ type: [OpenOfferDto], description: 'The offer that expires first comes first' })
  results!: OpenOfferDto[];
}
