import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject, IsOptional, IsString, Length, Matches, MaxLength } from 'class-validator';
import { MAX_USER_NAME_LENGTH } from '../auth/users/user-limits.js';
import { IsLanguage } from '../locale/language.js';
import { IsTimeZone } from '../locale/time-zone.js';
import {
  ESCALATION_CHANNELS,
  MAX_MESSAGE_LENGTH,
  MAX_TITLE_LENGTH,
  NOTIFICATION_CHANNELS,
  NOTIFICATION_TYPE_NAME,
  NOTIFICATION_TYPE_NAME_RULE,
  QUIET_HOURS_RULES,
} from './types/notification-type.js';
import type { EscalationChannel, NotificationChannel, QuietHoursRule } from './types/notification-type.js';

const TEMPLATES_EXAMPLE = {
  en: { title: '{count, plural, one {# parcel} other {# parcels}} for you', message: 'Until {until, date, long}.' },
  de: { title: '{count, plural, one {# Paket} other {# Pakete}} für Sie', message: 'Bis {until, date, long}.' },
};

/** Body of POST notification-types/preview/. */
export class PreviewRequestDto {
  @ApiProperty({ type: String, pattern: NOTIFICATION_TYPE_NAME.source, example: 'general' })
  @Matches(NOTIFICATION_TYPE_NAME, { message: `$property ${NOTIFICATION_TYPE_NAME_RULE}` })
  notification_type!: string;

  @ApiPropertyOptional({
    type: String,
    description: 'Language of the reader. Default: DEFAULT_LANGUAGE',
    example: 'de',
  })
  @IsOptional()
  @IsLanguage()
  language?: string;

  @ApiPropertyOptional({
    type: String,
    description: 'Of the reader. Default: DEFAULT_TIME_ZONE',
    example: 'Europe/Berlin',
  })
  @IsOptional()
  @IsTimeZone()
  time_zone?: string;

  @ApiPropertyOptional({
    type: String,
    maxLength: MAX_USER_NAME_LENGTH,
    description: 'Default: your own name',
    example: 'Ada Lovelace',
  })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_USER_NAME_LENGTH)
  user_name?: string;

  @ApiPropertyOptional({ type: String, description: 'As in a notification. Optional if the type has a text' })
  @IsOptional()
  @Length(1, MAX_TITLE_LENGTH)
  title?: string;

  @ApiPropertyOptional({ type: String, description: 'As in a notification. Optional if the type has a text' })
  @IsOptional()
  @Length(1, MAX_MESSAGE_LENGTH)
  message?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'The values of template variables',
    example: { count: 2, until: '2026-12-24' },
  })
  @IsOptional()
  @IsObject()
  data?: Record<string, unknown>;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'A draft that overrides the templates of the type: by language, as in NOTIFICATION_TYPES_FILE',
    example: TEMPLATES_EXAMPLE,
  })
  @IsOptional()
  @IsObject()
  templates?: Record<string, unknown>;
}

export class EmailPreviewDto {
  @ApiProperty({ type: String, example: '2 Pakete für Sie' })
  subject!: string;

  @ApiProperty({ type: String, example: 'Guten Tag Ada Lovelace,\n\nBis 24. Dezember 2026.\n' })
  text!: string;

  @ApiProperty({ type: String, example: '<!doctype html>…' })
  html!: string;
}

export class SmsPreviewDto {
  @ApiProperty({ type: String, example: '2 Pakete für Sie: Bis 24. Dezember 2026.' })
  text!: string;
}

export class PushPreviewDto {
  @ApiProperty({ type: String, example: '2 Pakete für Sie' })
  title!: string;

  @ApiProperty({ type: String, example: 'Bis 24. Dezember 2026.' })
  text!: string;
}

/** A notification as rendered for each channel. */
export class PreviewDto {
  @ApiProperty({ type: String, example: '2 Pakete für Sie', description: 'Text on sockets and in lists' })
  title!: string;

  @ApiProperty({ type: String, example: 'Bis 24. Dezember 2026.', description: 'Text on sockets and in lists' })
  message!: string;

  @ApiProperty({ type: EmailPreviewDto })
  email!: EmailPreviewDto;

  @ApiProperty({ type: SmsPreviewDto })
  sms!: SmsPreviewDto;

  @ApiProperty({ type: PushPreviewDto })
  push!: PushPreviewDto;
}

export class TypeEscalationStepDto {
  @ApiProperty({ type: 'integer', description: 'Seconds after the notification was created', example: 120 })
  after_s!: number;

  @ApiProperty({ enum: ESCALATION_CHANNELS, example: 'push' })
  channel!: EscalationChannel;
}

export class NotificationTypeDto {
  @ApiProperty({ type: String, example: 'general' })
  name!: string;

  @ApiProperty({ enum: NOTIFICATION_CHANNELS, isArray: true, description: 'Default channels' })
  channels!: readonly NotificationChannel[];

  @ApiProperty({ type: Boolean, description: 'Whether quiet hours and digests are bypassed', example: false })
  urgent!: boolean;

  @ApiProperty({ enum: QUIET_HOURS_RULES, description: 'How quiet hours affect it', example: 'delay' })
  quiet_hours!: QuietHoursRule;

  @ApiProperty({ type: [TypeEscalationStepDto] })
  escalate!: TypeEscalationStepDto[];

  @ApiProperty({ type: [String], description: 'Languages for which the type has its own texts', example: ['de', 'en'] })
  languages!: string[];
}

export class NotificationTypesDto {
  @ApiProperty({ type: [NotificationTypeDto] })
  results!: NotificationTypeDto[];
}
