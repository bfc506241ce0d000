import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { QueryFlag } from '../input/query-flag.decorator.js';
import { LIST_FORMATS } from '../pagination/csv-file.js';
import type { ListFormat } from '../pagination/csv-file.js';
import { PageQuery } from '../pagination/page.js';
import { ApiTimeSort, TimeListQuery } from '../pagination/time-list.js';
import type { TimeSort } from '../pagination/time-list.js';

/** A partner as returned by REST and sent in `connection_established`. */
export class PartnerDto {
  @ApiProperty({ example: '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f', description: 'The id that orders are assigned to' })
  id!: string;

  @ApiProperty({ example: '0193b3c0-7f5a-7000-8000-0a1b2c3d4e5f' })
  user_id!: string;

  @ApiProperty({ example: 'Pat Partner' })
  name!: string;

  @ApiProperty({ type: Boolean, description: 'Whether orders are offered to the partner', example: true })
  on_duty!: boolean;
}

export class DutyDto {
  @ApiProperty({ type: Boolean, example: false })
  @IsBoolean()
  on_duty!: boolean;
}

/** A partner as administrators see it. */
export class ListedPartnerDto extends PartnerDto {
  @ApiProperty({
    type: Boolean,
    description: 'Whether the partner has an open socket of `/ws/partner/`',
    example: true,
  })
  online!: boolean;
}

/** The query of GET partners/. */
export class PartnerListQuery extends PageQuery {
  @QueryFlag({ description: 'true: only partners on duty, false: only the others' })
  on_duty?: boolean;
}

export class PartnerPageDto {
  @ApiProperty({ type: [ListedPartnerDto] })
  results!: ListedPartnerDto[];

  @ApiProperty({ type: String, nullable: true, description: 'Cursor of the next page; null on the last page' })
  next_cursor!: string | null;
}

/** The query of GET partners/me/earnings/. */
export class EarningsQuery extends TimeListQuery {
  @ApiTimeSort('-created_at')
  declare sort?: TimeSort;

  @ApiPropertyOptional({
    enum: LIST_FORMATS,
    description: 'Default: `csv` if the Accept header prefers text/csv, else `json`. CSV is not paginated',
  })
  @IsOptional()
  @IsIn(LIST_FORMATS)
  format?: ListFormat;
}

export class EarningDto {
  @ApiProperty({ example: '0193b3c1-12ab-7000-8000-6d7e8f9a0b1c' })
  order_id!: string;

  @ApiProperty({ example: 25.5 })
  amount!: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  created_at!: string;
}

export class EarningsDto {
  @ApiProperty({ example: 25.5, description: 'The sum of all earnings, not of this page only' })
  total!: number;

  @ApiPropertyOptional({
    type: Number,
    example: 25.5,
    description: 'With `created_after` or `created_before`: the sum of the earnings in that time, on all pages',
  })
  total_in_range?: number;

  @ApiProperty({ example: 'USD' })
  currency!: string;

  @ApiProperty({ type: [EarningDto], description: 'By default the newest first' })
  results!: EarningDto[];

  @ApiProperty({ type: String, nullable: true, description: 'Cursor of the next page; null on the last page' })
  next_cursor!: string | null;
}
