import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsIn,
  IsNotEmptyObject,
  IsNumber,
  IsOptional,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';
import { IsStorableText } from '../../database/storable-text.js';
import { Nested } from '../../input/shape/nested.decorator.js';
import { DEVICE_KINDS } from '../devices/devices.table.js';
import type { DeviceKind } from '../devices/devices.table.js';

/** Fits into a PostgreSQL index, and is twice as long as any address in use. */
const MAX_ADDRESS = 2_000;
/** The latest time of a JavaScript date, in milliseconds. */
const LATEST_TIME = 8_640_000_000_000_000;

/** The keys of a browser's subscription, as in `PushSubscription.toJSON()`. */
export class SubscriptionKeysDto {
  @ApiProperty({ type: String, description: 'Public key of P-256, 65 bytes in base64url' })
  @Matches(/^[A-Za-z0-9_-]{87}=?$/, { message: '$property must be 65 bytes in base64url' })
  p256dh!: string;

  @ApiProperty({ type: String, description: '16 bytes in base64url' })
  @Matches(/^[A-Za-z0-9_-]{22}(==)?$/, { message: '$property must be 16 bytes in base64url' })
  auth!: string;
}

/** A browser's subscription, as returned by `PushSubscription.toJSON()`. */
export class SubscriptionDto {
  @ApiProperty({ type: String, format: 'uri', maxLength: MAX_ADDRESS })
  @Matches(/^https?:\/\/[\x21-\x7e]+$/, { message: '$property must be a URL' })
  @MaxLength(MAX_ADDRESS)
  endpoint!: string;

  @ApiProperty({ type: SubscriptionKeysDto })
  @IsNotEmptyObject({ nullable: false })
  @Nested(() => SubscriptionKeysDto)
  keys!: SubscriptionKeysDto;

  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    minimum: 0,
    maximum: LATEST_TIME,
    description: 'Accepted and ignored: the push service reports an expired subscription',
  })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(LATEST_TIME)
  expirationTime?: number | null;
}

/** Body of POST devices/: an FCM registration token or a browser's subscription. */
export class RegisterDeviceDto {
  @ApiProperty({ enum: DEVICE_KINDS, example: 'fcm' })
  @IsIn(DEVICE_KINDS)
  kind!: DeviceKind;

  @ApiPropertyOptional({ type: String, maxLength: MAX_ADDRESS, description: 'With fcm: the registration token' })
  @ValidateIf(({ kind }: RegisterDeviceDto) => kind === 'fcm')
  @Matches(/^[\w:.-]{8,2000}$/, { message: '$property must be an FCM registration token' })
  token?: string;

  @ApiPropertyOptional({ type: SubscriptionDto, description: 'With web_push: the subscription' })
  @ValidateIf(({ kind }: RegisterDeviceDto) => kind === 'web_push')
  @IsNotEmptyObject({ nullable: false })
  @Nested(() => SubscriptionDto)
  subscription?: SubscriptionDto;

  @ApiPropertyOptional({
    type: String,
    maxLength: 100,
    description: 'A name by which the user recognizes the device',
    example: 'My phone',
  })
  @IsOptional()
  @MaxLength(100)
  @IsStorableText()
  name?: string;
}

/** A device as shown to its user, without its address. */
export class DeviceDto {
  @ApiProperty({ example: '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f' })
  id!: string;

  @ApiProperty({ enum: DEVICE_KINDS, example: 'fcm' })
  kind!: DeviceKind;

  @ApiProperty({ example: 'My phone' })
  name!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', description: 'Time of the last failure', example: '2026-11-21T09:30:00.000Z' })
  registered_at!: string;
}

export class DevicePageDto {
  @ApiProperty({ type: [DeviceDto] })
  results!: DeviceDto[];

  @ApiProperty({ type: String, nullable: true, description: 'Cursor of the next page; null on the last page' })
  next_cursor!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: '`applicationServerKey` for `pushManager.subscribe()`; null while Web Push is off',
  })
  web_push_public_key!: string | null;
}
