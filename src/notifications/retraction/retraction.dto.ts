import { ApiProperty } from '@nestjs/swagger';

/** The answer to POST notifications/{id}/retract/. */
export class RetractionDto {
  @ApiProperty({ type: String, example: '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f' })
  notification_id!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'When it was retracted first',
    example: '2026-11-21T09:30:00.000Z',
  })
  retracted_at!: string;
}
