import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { IsStorableText } from '../../database/storable-text.js';
import { NOTIFICATION_CHANNELS } from '../../notifications/requests/notifications.dto.js';
import type { NotificationChannel } from '../../notifications/requests/notifications.dto.js';
import { DELIVERY_STATUSES } from './delivery.js';
import type { DeliveryStatus } from './delivery.js';

/** `?user_id=` of GET notifications/{id}/deliveries/ and explain/. */
export class DeliveryQuery {
  @ApiPropertyOptional({
    type: String,
    description: 'The user whose deliveries of a broadcast are listed. For administrators',
  })
  @IsOptional()
  @IsStorableText()
  user_id?: string;
}

/** The state of a notification on one channel. */
export class DeliveryDto {
  @ApiProperty({ enum: NOTIFICATION_CHANNELS, example: 'email' })
  channel!: NotificationChannel;

  @ApiProperty({ enum: DELIVERY_STATUSES, example: 'sent' })
  status!: DeliveryStatus;

  @ApiProperty({ type: 'integer', example: 1 })
  attempts!: number;

  @ApiProperty({ type: String, nullable: true, description: 'Error of the last failed attempt', example: null })
  last_error!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why the delivery was skipped, or what it waits for',
    example: null,
  })
  reason!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Not sent before this time',
    example: null,
  })
  due_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  updated_at!: string;
}

export class DeliveriesDto {
  @ApiProperty({ type: [DeliveryDto] })
  results!: DeliveryDto[];
}

export class ExplanationDto {
  @ApiProperty({ enum: NOTIFICATION_CHANNELS, example: 'sms' })
  channel!: NotificationChannel;

  @ApiProperty({ enum: [...DELIVERY_STATUSES, 'not_planned'], example: 'skipped' })
  status!: DeliveryStatus | 'not_planned';

  @ApiProperty({ type: String, example: 'Not sent: TWILIO_ACCOUNT_SID is not set.' })
  explanation!: string;
}

export class ExplanationsDto {
  @ApiProperty({ type: [ExplanationDto], description: 'One entry per channel' })
  results!: ExplanationDto[];
}
