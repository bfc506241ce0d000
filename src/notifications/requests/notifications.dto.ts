import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ApiPropertyOptions } from '@nestjs/swagger';
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
  Min,
  ValidateIf,
} from 'class-validator';
import { IsStorableText } from '../../database/storable-text.js';
import { Nested } from '../../input/shape/nested.decorator.js';
import {
  ESCALATION_CHANNELS,
  LONGEST_ESCALATION_SECONDS,
  MAX_MESSAGE_LENGTH,
  MAX_TITLE_LENGTH,
  MOST_ESCALATION_STEPS,
  NOTIFICATION_CHANNELS,
  NOTIFICATION_TYPE_NAME,
  NOTIFICATION_TYPE_NAME_RULE,
} from '../../notification-types/types/notification-type.js';
import type { EscalationChannel, NotificationChannel } from '../../notification-types/types/notification-type.js';
import { SINGLE_LINE } from '../../text/single-line.js';
import type { MessageObject } from '../../channel-layer/interface/message.js';
import { IsNotificationData } from './notification-data.js';
import { IsMoment } from '../../input/moment.js';

export { NOTIFICATION_CHANNELS };
export type { NotificationChannel };

const LONGEST_WINDOW_SECONDS = 604_800;
const ID_EXAMPLE = '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f';

/** The schema of `data`, of which the service checks only `actions`: see `actionProblems`. */
const DATA = {
  type: 'object',
  additionalProperties: true,
  properties: {
    actions: {
      type: 'array',
      maxItems: 3,
      items: {
        type: 'object',
        additionalProperties: true,
        required: ['id', 'label', 'url'],
        properties: {
          id: { type: 'string', pattern: '^[A-Za-z0-9_.-]{1,64}$', description: 'Unique within the notification' },
          label: { type: 'string', minLength: 1, maxLength: 60, description: 'One line' },
          url: {
            type: 'string',
            maxLength: 2_000,
            description: 'An http or https URL, or a path that starts with one `/`',
          },
        },
      },
    },
  },
} satisfies ApiPropertyOptions;

/** An additional channel, used if the notification has not been read or acknowledged by then. */
export class EscalationStepDto {
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    maximum: LONGEST_ESCALATION_SECONDS,
    description: 'Seconds',
    example: 120,
  })
  @IsInt()
  @Min(1)
  @Max(LONGEST_ESCALATION_SECONDS)
  after_s!: number;

  @ApiProperty({ enum: ESCALATION_CHANNELS, example: 'push' })
  @IsIn(ESCALATION_CHANNELS)
  channel!: EscalationChannel;
}

/** Body of POST notifications/. Exactly one of `user_id`, `user_ids` and `broadcast` must be given. */
export class CreateNotificationDto {
  @ApiPropertyOptional({ type: String, description: 'Send to this user' })
  @IsOptional()
  @IsStorableText()
  user_id?: string;

  @ApiPropertyOptional({ type: [String], description: 'Send to each of these users, at most 100,000' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100_000)
  @ArrayMinSize(1)
  @IsStorableText({ each: true })
  user_ids?: string[];

  @ApiPropertyOptional({ type: Boolean, description: 'Send to all current users', example: true })
  @IsOptional()
  @IsBoolean()
  broadcast?: boolean;

  @ApiProperty({ type: String, pattern: NOTIFICATION_TYPE_NAME.source, example: 'general' })
  @Matches(NOTIFICATION_TYPE_NAME, { message: `$property ${NOTIFICATION_TYPE_NAME_RULE}` })
  notification_type!: string;

  @ApiPropertyOptional({
    type: String,
    minLength: 1,
    maxLength: MAX_TITLE_LENGTH,
    description: 'One line. Optional if the type has a text for it, which is then used in the language of each user',
    example: 'Tonight at ten',
  })
  @ValidateIf((_, value) => value !== undefined)
  @Length(1, MAX_TITLE_LENGTH)
  // E-mails have it in a header.
  @Matches(SINGLE_LINE, { message: '$property must be one line, without control characters' })
  @IsStorableText()
  title?: string;

  @ApiPropertyOptional({
    type: String,
    minLength: 1,
    maxLength: MAX_MESSAGE_LENGTH,
    description: 'Optional if the type has a text for it',
    example: 'We close for an hour of maintenance.',
  })
  @ValidateIf((_, value) => value !== undefined)
  @Length(1, MAX_MESSAGE_LENGTH)
  @IsStorableText()
  message?: string;

  @ApiPropertyOptional({
    ...DATA,
    description:
      'Anything the client needs, up to 16 KiB of JSON. Default: {}. Only `actions` has a meaning: the buttons of the notification',
    example: { link: '/status' },
  })
  @IsOptional()
  @IsNotificationData()
  data?: MessageObject;

  @ApiPropertyOptional({
    type: String,
    minLength: 1,
    maxLength: 128,
    description:
      'Replaces an earlier notification of the same user, or an earlier broadcast, that has the same key: it is retracted. ' +
      'Archived notifications are kept',
    example: 'order-7',
  })
  @IsOptional()
  @IsStorableText()
  @Length(1, 128)
  collapse_key?: string;

  @ApiPropertyOptional({
    type: String,
    minLength: 1,
    maxLength: 128,
    description:
      'Further requests with this key, whatever their content, send nothing and get the answer to the first one',
    example: 'order-7-ready',
  })
  @IsOptional()
  @IsStorableText()
  @Length(1, 128)
  dedupe_key?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: LONGEST_WINDOW_SECONDS,
    default: 86_400,
    description: 'For how many seconds `dedupe_key` applies, from the first request',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(LONGEST_WINDOW_SECONDS)
  dedupe_window_s?: number;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description:
      'When to retract it, after it was sent and at most 366 days ahead. Deliveries that wait until then are skipped',
  })
  @IsOptional()
  @IsMoment()
  expires_at?: string;

  @ApiPropertyOptional({
    enum: NOTIFICATION_CHANNELS,
    isArray: true,
    description: 'Default: the channels of the type. The list and the unread count include it in any case.',
    example: ['websocket', 'email'],
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @IsIn(NOTIFICATION_CHANNELS, { each: true })
  channels?: NotificationChannel[];

  @ApiPropertyOptional({
    type: () => [EscalationStepDto],
    maxItems: MOST_ESCALATION_STEPS,
    description: 'Further channels, each used only if the notification has been neither read nor acknowledged by then',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_ESCALATION_STEPS)
  @Nested(() => EscalationStepDto, { each: true })
  escalate?: EscalationStepDto[];

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description:
      'When to send it, at most 366 days ahead. notifications/batches/{batch_id}/ shows its progress and cancels it',
  })
  @IsOptional()
  @IsMoment()
  send_at?: string;
}

/** A notification as returned by REST and sent over WebSockets. */
export class NotificationDto {
  @ApiProperty({ example: ID_EXAMPLE })
  id!: string;

  @ApiProperty({ example: 'general' })
  notification_type!: string;

  @ApiProperty({ example: 'Tonight at ten' })
  title!: string;

  @ApiProperty({ example: 'We close for an hour of maintenance.' })
  message!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: '`actions`, if present, are the buttons: see POST notifications/',
    example: { link: '/status' },
  })
  data!: MessageObject;

  @ApiProperty({ example: false })
  is_read!: boolean;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  created_at!: string;

  @ApiProperty({ example: false, description: 'Whether it was sent to all users' })
  broadcast!: boolean;

  @ApiProperty({
    example: true,
    description:
      'False: another system, such as a Django project, published it, and it is not stored. It is in no list and no ' +
      'unread count, and cannot be marked as read or deleted. Always true over REST',
  })
  stored!: boolean;

  @ApiProperty({
    example: false,
    description: 'Whether the inbox was opened since it arrived: see POST notifications/seen/',
  })
  is_seen!: boolean;

  @ApiProperty({ example: false, description: 'Whether the user has archived it' })
  is_archived!: boolean;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'When it will be retracted. Absent: never',
  })
  expires_at?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    description: 'When it was retracted. Only administrators can read retracted notifications. Absent otherwise',
  })
  retracted_at?: string;
}

export class NotificationPageDto {
  @ApiProperty({ type: [NotificationDto] })
  results!: NotificationDto[];

  @ApiProperty({ type: String, nullable: true, description: 'Cursor of the next page; null on the last page' })
  next_cursor!: string | null;
}

/** Answer to POST notifications/ with `user_ids`: one notification per user, in the order given. */
export class NotificationResultsDto {
  @ApiProperty({ type: [NotificationDto] })
  results!: NotificationDto[];
}

/** Body of POST notifications/seen/. */
export class MarkSeenDto {
  @ApiPropertyOptional({
    type: String,
    description: 'The newest notification that is shown. Default: the newest one',
    example: ID_EXAMPLE,
  })
  @IsOptional()
  @IsStorableText()
  up_to?: string;
}

export class SeenDto {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The notification up to which everything is now seen; null: everything up to it was already seen',
    example: ID_EXAMPLE,
  })
  up_to!: string | null;
}

export class UnreadCountDto {
  @ApiProperty({ example: 3 })
  count!: number;
}

export class ReadAllDto {
  @ApiProperty({ example: 3, description: 'Number of notifications that were unread before' })
  updated!: number;
}
