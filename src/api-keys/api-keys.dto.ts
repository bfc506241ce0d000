import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
  ValidateIf,
} from 'class-validator';
import { SCOPES } from '../auth/principal/scopes.js';
import type { Scope } from '../auth/principal/scopes.js';
import { IsMoment } from '../input/moment.js';
import { IsStorableText } from '../database/storable-text.js';

const TIME = { type: String, format: 'date-time', nullable: true } as const;
const NAME = { type: String, minLength: 1, maxLength: 100, example: 'Web shop' } as const;
const SCOPE_LIST = { enum: SCOPES, isArray: true, minItems: 1, example: ['notifications:send'] } as const;
/** A day in seconds. */
export const DEFAULT_OVERLAP = 86_400;
const MAX_OVERLAP = 30 * DEFAULT_OVERLAP;

const IsScopeList = (): PropertyDecorator => (prototype, property) => {
  const validators = [
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(SCOPES.length),
    ArrayUnique(),
    IsIn(SCOPES, { each: true }),
  ];
  for (const validate of validators) validate(prototype, String(property));
};

export class CreateApiKeyDto {
  @ApiProperty({ ...NAME, description: 'Which program uses the key' })
  @IsString()
  @Length(1, 100)
  @IsStorableText()
  name!: string;

  @ApiProperty({ ...SCOPE_LIST, description: 'What the key may do. No scope includes another' })
  @IsScopeList()
  scopes!: Scope[];

  @ApiPropertyOptional({
    ...TIME,
    description: 'From when on the key is rejected; null or absent: it does not expire',
    example: '2027-11-21T00:00:00.000Z',
  })
  @IsOptional()
  @IsMoment()
  expires_at?: string | null;
}

/** Body of PATCH api-keys/{id}/. Omitted members stay unchanged. */
export class ChangeApiKeyDto {
  @ApiPropertyOptional(NAME)
  @ValidateIf((_, value) => value !== undefined)
  @IsString()
  @Length(1, 100)
  @IsStorableText()
  name?: string;

  @ApiPropertyOptional(SCOPE_LIST)
  @ValidateIf((_, value) => value !== undefined)
  @IsScopeList()
  scopes?: Scope[];

  @ApiPropertyOptional({ ...TIME, description: 'Null: the key does not expire', example: null })
  @IsOptional()
  @IsMoment()
  expires_at?: string | null;
}

export class RotateApiKeyDto {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: MAX_OVERLAP,
    default: DEFAULT_OVERLAP,
    description: 'For how many seconds the secret used so far is still accepted; 0: not at all',
    example: 3600,
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_OVERLAP)
  overlap_s?: number;
}

export class ApiKeyDto {
  @ApiProperty({ type: String, example: '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f' })
  id!: string;

  @ApiProperty({
    type: String,
    description: 'The beginning of the key, by which people recognise it. Rotation keeps it',
    example: 'tdk_k3v9x0q2m7a',
  })
  prefix!: string;

  @ApiProperty({ type: String, example: 'Web shop' })
  name!: string;

  @ApiProperty({ enum: SCOPES, isArray: true, example: ['notifications:send'] })
  scopes!: Scope[];

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  created_at!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The administrator who created the key; null: the command create-api-key',
    example: '0193b3c0-7f5a-7000-8000-0a1b2c3d4e5f',
  })
  created_by!: string | null;

  @ApiProperty({ ...TIME, description: 'Null: the key does not expire', example: null })
  expires_at!: string | null;

  @ApiProperty({ ...TIME, description: 'Written once a minute; null: never used', example: '2026-11-21T09:31:00.000Z' })
  last_used_at!: string | null;

  @ApiProperty({
    ...TIME,
    description: 'Until when the secret before the last rotation is accepted; null: the key was never rotated',
    example: null,
  })
  previous_secret_until!: string | null;

  @ApiProperty({ ...TIME, description: 'When the key was revoked; null: it was not revoked', example: null })
  revoked_at!: string | null;
}

export class NewApiKeyDto extends ApiKeyDto {
  @ApiProperty({
    type: String,
    description: 'Send it as Authorization: Bearer. It is not stored and cannot be shown again.',
    example: 'tdk_k3v9x0q2m7a_1xk29dq8m4v7c0b3n6z5a8s1f4g7h2j5k8l1q4w7e0r3t6y9u2',
  })
  key!: string;
}

export class ApiKeyPageDto {
  @ApiProperty({ type: [ApiKeyDto] })
  results!: ApiKeyDto[];

  @ApiProperty({ type: String, nullable: true, description: 'Cursor of the next page; null on the last page' })
  next_cursor!: string | null;
}
