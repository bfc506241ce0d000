import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '../pagination/page.js';
import { BATCH_STATUSES } from './batches.table.js';
import type { BatchStatus } from './batches.table.js';

const TIME = { type: String, format: 'date-time', nullable: true } as const;

/** The state and progress of a batch. */
export class BatchDto {
  @ApiProperty({ type: String, example: '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f' })
  batch_id!: string;

  @ApiProperty({ enum: BATCH_STATUSES, example: 'running' })
  status!: BatchStatus;

  @ApiProperty({ type: 'integer', description: 'Number of users; 1 for a broadcast', example: 100_000 })
  total!: number;

  @ApiProperty({ type: 'integer', description: 'Users who were notified', example: 42_000 })
  done!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Users who were not notified: unknown ids and failures',
    example: 0,
  })
  failed!: number;

  @ApiProperty({ type: String, nullable: true, description: 'Error of the last failed notification', example: null })
  last_error!: string | null;

  @ApiProperty({ ...TIME, description: 'When sending begins; null: at once', example: null })
  send_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  created_at!: string;

  @ApiProperty({ ...TIME, example: '2026-11-21T09:30:00.120Z' })
  started_at!: string | null;

  @ApiProperty({ ...TIME, description: 'When the batch was cancelled; null otherwise', example: null })
  finished_at!: string | null;

  @ApiProperty({ type: 'integer', description: 'Number of notifications that were retracted so far', example: 0 })
  retracted!: number;

  @ApiProperty({ ...TIME, description: 'When the batch was retracted; null otherwise', example: null })
  retracted_at!: string | null;
}

export class BatchPageDto {
  @ApiProperty({ type: [BatchDto] })
  results!: BatchDto[];

  @ApiProperty({ type: String, nullable: true, description: 'Cursor of the next page; null on the last page' })
  next_cursor!: string | null;
}

/** `?status=&limit=&cursor=` of GET notifications/batches/. */
export class BatchListQuery extends PageQuery {
  @ApiPropertyOptional({ enum: BATCH_STATUSES, description: 'Only batches with this status' })
  @IsOptional()
  @IsIn(BATCH_STATUSES)
  status?: BatchStatus;
}
