import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Allow, IsIn, IsOptional, Matches, ValidateBy, ValidateIf } from 'class-validator';
import type { ValidationArguments } from 'class-validator';
import { Nested, NestedValues } from '../input/shape/nested.decorator.js';
import { CLOCK_TIME } from '../locale/daily-window.js';
import { IsTimeZone } from '../locale/time-zone.js';
import { NOTIFICATION_CHANNELS } from '../notification-types/types/notification-type.js';
import type { NotificationChannel } from '../notification-types/types/notification-type.js';
import { IsTypeChoices } from './type-choices.decorator.js';
import { DIGEST_RHYTHMS } from './user-preferences.js';
import type { DigestRhythm, TypeChoices } from './user-preferences.js';

const CLOCK_MESSAGE = { message: '$property must be a time of day such as 22:00' };

export class QuietHoursDto {
  @ApiProperty({ type: String, pattern: CLOCK_TIME.source, example: '22:00' })
  @Matches(CLOCK_TIME, CLOCK_MESSAGE)
  start!: string;

  @ApiProperty({
    type: String,
    pattern: CLOCK_TIME.source,
    description: 'The first minute after quiet hours. If it is earlier than `start`, it is on the next day',
    example: '07:00',
  })
  @Matches(CLOCK_TIME, CLOCK_MESSAGE)
  @ValidateBy({
    name: 'isOtherThanStart',
    validator: {
      validate: (value: unknown, given?: ValidationArguments) => value !== (given?.object as QuietHoursDto).start,
      defaultMessage: () => '$property must differ from start',
    },
  })
  end!: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'IANA name. Null or absent: the current time zone of `auth/me`, or DEFAULT_TIME_ZONE if none is set',
    example: 'Europe/Berlin',
  })
  @IsOptional()
  @IsTimeZone()
  time_zone?: string | null;
}

/** A user's choice for one type. */
export class TypeChoiceDto {
  @Allow()
  channels!: NotificationChannel[];
}

/** Members that GET returns and PUT ignores, so that a client can change an answer of GET and send it back. */
const ReadOnly = (): PropertyDecorator =>
  applyDecorators(
    Allow(),
    ApiPropertyOptional({
      type: 'object',
      additionalProperties: true,
      readOnly: true,
      description: 'Accepted and ignored',
    }),
  );

/** Body of PUT notifications/preferences/. Omitted members are reset to their defaults. */
export class ChangePreferencesDto {
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: {
      type: 'object',
      additionalProperties: false,
      properties: { channels: { type: 'array', items: { type: 'string', enum: [...NOTIFICATION_CHANNELS] } } },
    },
    description:
      'Channels by type. Other channels that are on are declined for the type; `[]` declines all of them. Types that are not named use their default channels. The channels of a mandatory type cannot be omitted',
    example: { order_update: { channels: ['websocket', 'push'] } },
  })
  @IsOptional()
  @IsTypeChoices()
  @NestedValues(() => TypeChoiceDto)
  types?: TypeChoices;

  @ApiPropertyOptional({ type: QuietHoursDto, nullable: true, description: 'Default: null, no quiet hours' })
  @ValidateIf((_, value) => value !== null && value !== undefined)
  @Nested(() => QuietHoursDto)
  quiet_hours?: QuietHoursDto | null;

  @ApiPropertyOptional({
    enum: DIGEST_RHYTHMS,
    default: 'none',
    description: 'How often e-mails are combined into a digest',
  })
  @IsOptional()
  @IsIn(DIGEST_RHYTHMS)
  digest?: DigestRhythm;

  @Allow()
  @ApiPropertyOptional({ type: [String], readOnly: true, description: 'Accepted and ignored' })
  available_channels?: unknown;

  @ReadOnly()
  unavailable_channels?: unknown;

  @ReadOnly()
  defaults?: unknown;
}

export class TypeDefaultsDto {
  @ApiProperty({ enum: NOTIFICATION_CHANNELS, isArray: true, example: ['websocket'] })
  channels!: readonly NotificationChannel[];

  @ApiProperty({ type: Boolean, description: 'Whether quiet hours and digests are bypassed', example: false })
  urgent!: boolean;

  @ApiProperty({ type: Boolean, description: 'Its channels cannot be declined', example: false })
  mandatory!: boolean;
}

export class PreferencesDto {
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'Your choices: channels by type',
    example: { order_update: { channels: ['websocket', 'push'] } },
  })
  types!: TypeChoices;

  @ApiProperty({ type: QuietHoursDto, nullable: true })
  quiet_hours!: QuietHoursDto | null;

  @ApiProperty({ enum: DIGEST_RHYTHMS, example: 'none' })
  digest!: DigestRhythm;

  @ApiProperty({ enum: NOTIFICATION_CHANNELS, isArray: true, example: ['websocket'] })
  available_channels!: NotificationChannel[];

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'The channels that are off, and the reasons',
    example: { email: 'SMTP_URL is not set' },
  })
  unavailable_channels!: Partial<Record<NotificationChannel, string>>;

  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/TypeDefaultsDto' },
    description: 'All types, with their default channels that are on',
    example: { general: { channels: ['websocket'], urgent: false, mandatory: false } },
  })
  defaults!: Record<string, TypeDefaultsDto>;
}
