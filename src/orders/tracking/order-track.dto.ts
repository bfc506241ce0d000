import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { PageQuery } from '../../pagination/page.js';
import { PointDto } from '../order/order-location.dto.js';

/** A track has at most 1,000 points, so all of them fit into one answer. */
export class TrackQuery extends PageQuery {
  @ApiPropertyOptional({
    type: Number,
    minimum: 1,
    maximum: 1_000,
    default: 1_000,
    description: 'Maximum number of results',
  })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000)
  override limit = 1_000;
}

/** A point of the partner's track. */
export class TrackPointDto extends PointDto {
  @ApiPropertyOptional({ type: Number, example: 8, description: 'Metres' })
  accuracy?: number;

  @ApiPropertyOptional({ type: Number, example: 270, description: 'Degrees, clockwise from north' })
  heading?: number;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  timestamp!: string;
}

export class TrackPageDto {
  @ApiProperty({ type: [TrackPointDto] })
  results!: TrackPointDto[];

  @ApiProperty({ type: String, nullable: true })
  next_cursor!: string | null;
}
