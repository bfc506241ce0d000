import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ServerMessage } from '../realtime/gateway.js';

/** Server: an earning was booked. */
export class EarningsUpdateMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['earnings_update'] })
  type!: 'earnings_update';

  @ApiProperty({ example: 25.5 })
  amount!: number;

  @ApiProperty({ example: 120.25, description: 'Of all earnings, this one included' })
  total!: number;

  @ApiPropertyOptional({ description: 'Absent when Django leaves it out' })
  order_id?: string;

  @ApiPropertyOptional({ description: 'Absent on messages that came from Django' })
  position?: string;
}
