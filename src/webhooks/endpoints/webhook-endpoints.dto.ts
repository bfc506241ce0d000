import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';
import { IsStorableText } from '../../database/storable-text.js';
import { IsMoment } from '../../input/moment.js';
import { PageQuery } from '../../pagination/page.js';
import { EVENT_PATTERNS } from '../store/webhook-events.js';
import type { WebhookStatus } from '../store/webhooks.table.js';

const MAX_URL_LENGTH = 2_000;
const MAX_DESCRIPTION_LENGTH = 200;
const STATUSES = ['pending', 'delivered', 'failed'] as const;
const EXAMPLE_URL = 'https://shop.example/hooks/tidings';

/** Body of POST webhooks/. */
export class CreateWebhookDto {
  @ApiProperty({
    type: String,
    description: 'An https URL at a public address; WEBHOOK_PRIVATE_HOSTS permits others',
    example: EXAMPLE_URL,
    maxLength: MAX_URL_LENGTH,
  })
  @IsString()
  @Length(1, MAX_URL_LENGTH)
  @IsStorableText()
  url!: string;

  @ApiProperty({
    enum: EVENT_PATTERNS,
    isArray: true,
    description: 'The events to send: names, all of a kind such as `order.*`, or `*`',
    example: ['order.*', 'delivery.failed'],
  })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(EVENT_PATTERNS.length)
  @IsIn(EVENT_PATTERNS, { each: true })
  events!: string[];

  @ApiPropertyOptional({ type: String, default: '', example: 'The shop', maxLength: MAX_DESCRIPTION_LENGTH })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_DESCRIPTION_LENGTH)
  @IsStorableText()
  description?: string;
}

/** Body of PATCH webhooks/{id}/. Omitted members stay unchanged. */
export class ChangeWebhookDto {
  @ApiPropertyOptional({ type: String, example: EXAMPLE_URL, maxLength: MAX_URL_LENGTH })
  @ValidateIf((_, value) => value !== undefined)
  @IsString()
  @Length(1, MAX_URL_LENGTH)
  @IsStorableText()
  url?: string;

  @ApiPropertyOptional({ enum: EVENT_PATTERNS, isArray: true, example: ['order.*'] })
  @ValidateIf((_, value) => value !== undefined)
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(EVENT_PATTERNS.length)
  @IsIn(EVENT_PATTERNS, { each: true })
  events?: string[];

  @ApiPropertyOptional({ type: String, example: 'The shop', maxLength: MAX_DESCRIPTION_LENGTH })
  @ValidateIf((_, value) => value !== undefined)
  @IsString()
  @MaxLength(MAX_DESCRIPTION_LENGTH)
  @IsStorableText()
  description?: string;

  @ApiPropertyOptional({
    type: Boolean,
    description: 'false: sends nothing and stores no further events; true: also sends what was stored before',
    example: true,
  })
  @ValidateIf((_, value) => value !== undefined)
  @IsBoolean()
  enabled?: boolean;
}

/** Body of POST webhooks/{id}/rotate-secret/. */
export class RotateSecretDto {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: 604_800,
    default: 86_400,
    description: 'Seconds for which the old secret also signs',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(604_800)
  overlap_s?: number;
}

/** Body of POST webhooks/{id}/replay/. */
export class ReplayDto {
  @ApiProperty({ type: String, format: 'date-time', description: 'Events from this time on are sent again' })
  @IsMoment()
  since!: string;
}

export class WebhookDto {
  @ApiProperty({ type: String, example: '01936e0a-7b1c-7cc0-8a5e-3f2f6d1c9b11' })
  id!: string;

  @ApiProperty({ type: String, example: EXAMPLE_URL })
  url!: string;

  @ApiProperty({ type: [String], example: ['order.*'] })
  events!: string[];

  @ApiProperty({ type: String, example: 'The shop' })
  description!: string;

  @ApiProperty({ type: Boolean })
  enabled!: boolean;

  @ApiProperty({
    enum: ['failing', 'gone', 'administrator'],
    nullable: true,
    description: 'failing: no success for three days; gone: the endpoint answered 410. Null: enabled',
  })
  disabled_reason!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'The first failure since the last success; null: the last attempt succeeded',
  })
  failing_since!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  created_at!: string;
}

export class WebhookWithSecretDto extends WebhookDto {
  @ApiProperty({
    type: String,
    description: 'The key that signs messages (Standard Webhooks). Returned only when it is created',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  })
  secret!: string;
}

export class WebhookListDto {
  @ApiProperty({ type: [WebhookDto] })
  results!: WebhookDto[];
}

export class WebhookMessageIdDto {
  @ApiProperty({ type: String, description: 'The header `webhook-id` of the message' })
  message_id!: string;
}

export class ReplayedDto {
  @ApiProperty({ type: 'integer', description: 'Number of messages that will be sent again', example: 12 })
  replayed!: number;
}

/** Query of GET webhooks/{id}/deliveries/. */
export class WebhookDeliveryQuery extends PageQuery {
  @ApiPropertyOptional({ enum: STATUSES })
  @IsOptional()
  @IsIn(STATUSES)
  status?: WebhookStatus;
}

export class WebhookDeliveryDto {
  @ApiProperty({ type: String, description: 'The header `webhook-id` of the message' })
  message_id!: string;

  @ApiProperty({ type: String, example: 'order.status_changed' })
  event!: string;

  @ApiProperty({ enum: STATUSES })
  status!: WebhookStatus;

  @ApiProperty({ type: 'integer', example: 1 })
  attempts!: number;

  @ApiProperty({ type: 'integer', nullable: true, description: 'HTTP status of the last attempt; null: no answer' })
  last_status!: number | null;

  @ApiProperty({ type: String, nullable: true, example: 'answered 503' })
  last_error!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Of the next attempt; null: none' })
  due_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  created_at!: string;
}

export class WebhookDeliveryPageDto {
  @ApiProperty({ type: [WebhookDeliveryDto] })
  results!: WebhookDeliveryDto[];

  @ApiProperty({ type: String, nullable: true })
  next_cursor!: string | null;
}
