import { ApiProperty } from '@nestjs/swagger';
import { QueryFlag } from '../../input/query-flag.decorator.js';

export class SessionDto {
  @ApiProperty({ type: String, example: '01936e0a-7b1c-7cc0-8a5e-3f2f6d1c9b11' })
  id!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Browser and operating system, read from the User-Agent header; null if it is unknown',
    example: 'Firefox 128 on Windows 10',
  })
  device!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Network address of the last sign-in or refresh; for IPv6 its /64 prefix. Null if it is unknown.',
    example: '203.0.113.7',
  })
  address!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  created_at!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'The last sign-in or refresh. A session in use is refreshed at least every 15 minutes.',
  })
  last_seen_at!: string;

  @ApiProperty({ type: Boolean, description: 'Whether the request came from this session', example: true })
  current!: boolean;
}

export class SessionListDto {
  @ApiProperty({ type: [SessionDto] })
  results!: SessionDto[];
}

/** Query of DELETE auth/sessions/. */
export class EndSessionsQuery {
  @QueryFlag({ description: 'Whether to keep the session of the request', default: false })
  keep_current?: boolean;
}
