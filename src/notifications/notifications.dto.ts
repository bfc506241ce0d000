import { Transform, Type } from 'class-transformer';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { IsStorableText } from '../database/storable-text.js';
import { PageQuery } from '../pagination/page.js';
import type { JsonObject } from './json-object.js';
import { IsNotificationData } from './notification-data.js';
import { IsMoment } from './send-at.js';

export const NOTIFICATION_CHANNELS = ['websocket', 'email', 'sms', 'push'] as const;
export type NotificationChannel = (typeof NOTIFICATION_CHANNELS)[number];

const NOTIFICATION_TYPE = /^[a-z0-9_.-]{1,64}$/;
const ID_EXAMPLE = '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f';

export const ESCALATION_CHANNELS = ['email', 'sms', 'push'] as const;

/** A further channel, if nobody has read or acknowledged the notification by then. */
export class EscalationStepDto {
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 604_800, description: 'Seconds', example: 120 })
  @IsInt()
  @Min(1)
  @Max(604_800)
  after_s!: number;

  @ApiProperty({ enum: ESCALATION_CHANNELS, example: 'push' })
  @IsIn(ESCALATION_CHANNELS)
  channel!: (typeof ESCALATION_CHANNELS)[number];
}

/** Body of POST notifications/: for exactly one of `user_id`, `user_ids` and `broadcast`. */
export class CreateNotificationDto {
  @ApiPropertyOptional({ type: String, description: 'For this user' })
  @IsOptional()
  @IsStorableText()
  user_id?: string;

  @ApiPropertyOptional({ type: [String], description: 'For each of these users, at most 100,000' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100_000)
  @ArrayMinSize(1)
  @IsStorableText({ each: true })
  user_ids?: string[];

  @ApiPropertyOptional({ type: Boolean, description: 'For everybody who is a user now', example: true })
  @IsOptional()
  @IsBoolean()
  broadcast?: boolean;

  @ApiProperty({ type: String, pattern: NOTIFICATION_TYPE.source, example: 'general' })
  @Matches(NOTIFICATION_TYPE, { message: '$property must be 1 to 64 of the characters a-z, 0-9, _, . and -' })
  notification_type!: string;

  @ApiProperty({ type: String, minLength: 1, maxLength: 200, example: 'Tonight at ten' })
  @Length(1, 200)
  @IsStorableText()
  title!: string;

  @ApiProperty({ type: String, minLength: 1, maxLength: 4000, example: 'We close for an hour of maintenance.' })
  @Length(1, 4000)
  @IsStorableText()
  message!: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'Anything the client needs, up to 16 KiB of JSON. Default: {}',
    example: { link: '/status' },
  })
  @IsOptional()
  @IsNotificationData()
  data?: JsonObject;

  @ApiPropertyOptional({
    enum: NOTIFICATION_CHANNELS,
    isArray: true,
    description: 'Absent: those of the type. The list and the unread count know it in any case.',
    example: ['websocket', 'email'],
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @IsIn(NOTIFICATION_CHANNELS, { each: true })
  channels?: NotificationChannel[];

  @ApiPropertyOptional({
    type: () => [EscalationStepDto],
    description: 'Further channels, each only if nobody has read or acknowledged the notification by then',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(10)
  @ValidateNested({ each: true })
  @Type(() => EscalationStepDto)
  escalate?: EscalationStepDto[];

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'Sends it then, at most 366 days ahead; followed and cancelled at notifications/batches/{batch_id}/',
  })
  @IsOptional()
  @IsMoment()
  send_at?: string;
}

/** `?unread=&type=&limit=&cursor=` of GET notifications/. */
export class NotificationListQuery extends PageQuery {
  @ApiPropertyOptional({ type: Boolean, description: 'true: only unread ones, false: only read ones' })
  @IsOptional()
  @Transform(({ obj }: { obj: { unread?: unknown } }) => booleanOf(obj.unread))
  @IsBoolean({ message: '$property must be true or false' })
  unread?: boolean;

  @ApiPropertyOptional({ type: String, description: 'Only this notification_type' })
  @IsOptional()
  @MaxLength(64)
  @IsStorableText()
  type?: string;
}

function booleanOf(text: unknown): unknown {
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  return text;
}

/** A notification as REST and WebSocket show it. */
export class NotificationDto {
  @ApiProperty({ example: ID_EXAMPLE })
  id!: string;

  @ApiProperty({ example: 'general' })
  notification_type!: string;

  @ApiProperty({ example: 'Tonight at ten' })
  title!: string;

  @ApiProperty({ example: 'We close for an hour of maintenance.' })
  message!: string;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { link: '/status' } })
  data!: JsonObject;

  @ApiProperty({ example: false })
  is_read!: boolean;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  created_at!: string;
}

export class NotificationPageDto {
  @ApiProperty({ type: [NotificationDto] })
  results!: NotificationDto[];

  @ApiProperty({ type: String, nullable: true, description: 'For the next page; null on the last one' })
  next_cursor!: string | null;
}

/** Answer to POST notifications/ with `user_ids`: one notification per user, in the order given. */
export class NotificationResultsDto {
  @ApiProperty({ type: [NotificationDto] })
  results!: NotificationDto[];
}

export class UnreadCountDto {
  @ApiProperty({ example: 3 })
  count!: number;
}

export class ReadAllDto {
  @ApiProperty({ example: 3, description: 'How many were unread before' })
  updated!: number;
}
