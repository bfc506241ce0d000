import { ApiProperty } from '@nestjs/swagger';

/** A partner as returned by REST and sent in `connection_established`. */
export class PartnerDto {
  @ApiProperty({ example: '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f', description: 'The id that orders are assigned to' })
  id!: string;

  @ApiProperty({ example: '0193b3c0-7f5a-7000-8000-0a1b2c3d4e5f' })
  user_id!: string;

  @ApiProperty({ example: 'Pat Partner' })
  name!: string;
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

export class PartnerPageDto {
  @ApiProperty({ type: [ListedPartnerDto] })
  results!: ListedPartnerDto[];

  @ApiProperty({ type: String, nullable: true, description: 'Cursor of the next page; null on the last page' })
  next_cursor!: string | null;
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

  @ApiProperty({ example: 'USD' })
  currency!: string;

  @ApiProperty({ type: [EarningDto], description: 'Newest first' })
  results!: EarningDto[];

  @ApiProperty({ type: String, nullable: true, description: 'Cursor of the next page; null on the last page' })
  next_cursor!: string | null;
}
