import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { IsStorableText } from '../database/storable-text.js';
import { PageQuery } from '../pagination/page.js';

/** `?queue=&limit=&cursor=` of GET jobs/dead-letters/. */
export class DeadLetterQuery extends PageQuery {
  @ApiPropertyOptional({ type: String, description: 'Only jobs of this queue', example: 'deliver_email' })
  @IsOptional()
  @MaxLength(64)
  @IsStorableText()
  queue?: string;
}

/** Body of POST jobs/dead-letters/retry/. */
export class RetryDeadLettersDto {
  @ApiPropertyOptional({
    type: String,
    description: 'Only jobs of this queue. Default: all queues',
    example: 'deliver_email',
  })
  @IsOptional()
  @IsString()
  @MaxLength(64)
  @IsStorableText()
  queue?: string;
}

/** A job whose attempts all failed. */
export class DeadLetterDto {
  @ApiProperty({ type: String, example: '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f' })
  id!: string;

  @ApiProperty({ type: String, example: 'deliver_email' })
  queue!: string;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'The data of the job' })
  data!: Record<string, unknown>;

  @ApiProperty({ type: 'integer', example: 9 })
  attempts!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Error of the last attempt',
    example: '550 no such mailbox',
  })
  error!: string | null;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  created_at!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T10:02:11.000Z' })
  failed_at!: string;
}

export class DeadLetterPageDto {
  @ApiProperty({ type: [DeadLetterDto] })
  results!: DeadLetterDto[];

  @ApiProperty({ type: String, nullable: true, description: 'Cursor of the next page; null on the last page' })
  next_cursor!: string | null;
}

export class RetriedDto {
  @ApiProperty({
    type: 'integer',
    example: 3,
    description: 'Number of jobs that are retried; at most 1,000 per request',
  })
  retried!: number;
}
