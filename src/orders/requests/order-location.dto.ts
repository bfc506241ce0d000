import { Transform } from 'class-transformer';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsISO8601, IsNumber, IsOptional, Max, Min } from 'class-validator';

/** Half of the earth's circumference: the worst accuracy that a device can report. */
const MOST_ACCURACY_M = 20_000_000;

/** A point on the earth. */
export class PointDto {
  @ApiProperty({ minimum: -90, maximum: 90, example: 52.520008 })
  @IsNumber()
  @Min(-90)
  @Max(90)
  latitude!: number;

  @ApiProperty({ minimum: -180, maximum: 180, example: 13.404954 })
  @IsNumber()
  @Min(-180)
  @Max(180)
  longitude!: number;
}

/** Body of POST orders/{id}/location/ and of the WebSocket message `location_update`. */
export class LocationDto extends PointDto {
  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    minimum: 0,
    maximum: MOST_ACCURACY_M,
    example: 8,
    description: 'Metres',
  })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(MOST_ACCURACY_M)
  accuracy?: number | null;

  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    minimum: 0,
    maximum: 360,
    example: 270,
    description: 'Degrees, clockwise from north',
  })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(360)
  heading?: number | null;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    example: '2026-11-21T09:30:00.000Z',
    description:
      'The time of the measurement, as ISO 8601 or milliseconds since 1970: at most 24 hours ago and 10 seconds ahead. A position ' +
      'measured before the current one is only added to the track. Default: now',
  })
  @IsOptional()
  @Transform(({ obj }: { obj: { timestamp?: unknown } }) => isoOf(obj.timestamp))
  @IsISO8601({ strict: true, strictSeparator: true }, { message: '$property must be an ISO 8601 time' })
  timestamp?: string | null;
}

/**
 * Converts the times that clients send (browsers send milliseconds, phones various ISO formats) to one format. Values
 * that are not times are returned unchanged.
 */
function isoOf(given: unknown): unknown {
  if (typeof given !== 'number' && typeof given !== 'string') return given;
  if (typeof given === 'string' && !/^\d{4}-\d\d-\d\dT/.test(given)) return given;
  const time = new Date(given);
  return Number.isNaN(time.getTime()) ? String(given) : time.toISOString();
}

/** The estimated arrival of the partner, computed from the last positions. */
export class EtaDto {
  @ApiProperty({ enum: ['pickup', 'delivery'], example: 'delivery' })
  place!: 'pickup' | 'delivery';

  @ApiProperty({ type: 'integer', example: 1840, description: 'Metres, in a straight line' })
  distance_m!: number;

  @ApiProperty({ type: 'integer', example: 399 })
  seconds!: number;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T09:36:39.000Z' })
  arrives_at!: string;
}

/** A position of a partner, and when it was measured. */
export class MeasuredPointDto extends PointDto {
  @ApiPropertyOptional({ type: Number, example: 8, description: 'Metres' })
  accuracy?: number;

  @ApiPropertyOptional({ type: Number, example: 270, description: 'Degrees, clockwise from north' })
  heading?: number;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  timestamp!: string;
}

/** A position as returned by REST and sent in the socket message `location`. */
export class PublishedLocationDto extends MeasuredPointDto {
  @ApiPropertyOptional({
    type: EtaDto,
    description: 'Present while the partner is on the way to an address with coordinates',
  })
  eta?: EtaDto;
}
