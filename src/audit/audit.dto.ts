import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, Length } from 'class-validator';
import { IsStorableText } from '../database/storable-text.js';
import { LIST_FORMATS } from '../pagination/csv-file.js';
import type { ListFormat } from '../pagination/csv-file.js';
import { ApiTimeSort, TimeListQuery } from '../pagination/time-list.js';
import type { TimeSort } from '../pagination/time-list.js';
import { ACTOR_TYPES, AUDIT_ACTIONS, TARGET_TYPES } from './audit-event.js';
import type { ActorType, AuditAction, AuditDetails, TargetType } from './audit-event.js';

const TIME = { type: String, format: 'date-time' } as const;

/** The query of GET audit/. */
export class AuditQuery extends TimeListQuery {
  @ApiTimeSort('-created_at')
  declare sort?: TimeSort;

  @ApiPropertyOptional({ enum: AUDIT_ACTIONS, description: 'Only entries with this action' })
  @IsOptional()
  @IsIn(AUDIT_ACTIONS)
  action?: AuditAction;

  @ApiPropertyOptional({ type: String, description: 'Only actions of the user or the API key with this id' })
  @IsOptional()
  @Length(1, 255)
  @IsStorableText()
  actor_id?: string;

  @ApiPropertyOptional({
    type: String,
    description: 'Only entries about the user, API key or other object with this id',
  })
  @IsOptional()
  @Length(1, 255)
  @IsStorableText()
  target_id?: string;

  @ApiPropertyOptional({
    enum: LIST_FORMATS,
    description: 'Default: `csv` if the Accept header prefers text/csv, else `json`. CSV is not paginated',
  })
  @IsOptional()
  @IsIn(LIST_FORMATS)
  format?: ListFormat;
}

/** One action. Entries are never changed. */
export class AuditEntryDto {
  @ApiProperty({ type: String, example: '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f' })
  id!: string;

  @ApiProperty({ ...TIME, example: '2026-11-21T09:30:00.000Z' })
  created_at!: string;

  @ApiProperty({ enum: AUDIT_ACTIONS, example: 'user_changed' })
  action!: AuditAction;

  @ApiProperty({
    enum: ACTOR_TYPES,
    nullable: true,
    description: 'Null: nobody was authenticated, or it was a command of the operator',
    example: 'user',
  })
  actor_type!: ActorType | null;

  @ApiProperty({ type: String, nullable: true, example: '01936e0a-7b1c-7cc0-8a5e-3f2f6d1c9b11' })
  actor_id!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The network address of the request (IPv6: its /64); null on sockets and for commands',
    example: '192.0.2.7',
  })
  address!: string | null;

  @ApiProperty({ enum: TARGET_TYPES, nullable: true, example: 'user' })
  target_type!: TargetType | null;

  @ApiProperty({ type: String, nullable: true, example: '0193b3c0-7f5a-7000-8000-0a1b2c3d4e5f' })
  target_id!: string | null;

  @ApiProperty({
    type: Object,
    additionalProperties: true,
    description: 'What was changed, by action',
    example: { role: 'partner', disabled: false },
  })
  details!: AuditDetails;
}

export class AuditPageDto {
  @ApiProperty({ type: [AuditEntryDto] })
  results!: AuditEntryDto[];

  @ApiProperty({ type: String, nullable: true, description: 'Cursor of the next page; null on the last page' })
  next_cursor!: string | null;
}
