import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { PageQuery } from '../../pagination/page.js';
import { MeasuredPointDto } from '../requests/order-location.dto.js';

/** Maximum number of points per order. When it is exceeded, every second point is deleted. */
export const MAX_TRACK_POINTS = 1_000;

/** By default, one answer contains the whole track. */
export class TrackQuery extends PageQuery {
  @ApiPropertyOptional({
    type: Number,
    minimum: 1,
    maximum: MAX_TRACK_POINTS,
    default: MAX_TRACK_POINTS,
    description: 'Maximum number of results',
  })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MAX_TRACK_POINTS)
  override limit = MAX_TRACK_POINTS;
}

/** A point of the partner's track. */
export class TrackPointDto extends MeasuredPointDto {}

export class TrackPageDto {
  @ApiProperty({ type: [TrackPointDto] })
  results!: TrackPointDto[];

  @ApiProperty({ type: String, nullable: true })
  next_cursor!: string | null;
}
