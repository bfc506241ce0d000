import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import type { ServerMessage } from '../realtime/gateway/gateway.js';
import { ApiPosition } from '../realtime/gateway/realtime.messages.js';
import { PartnerDto } from './partners.dto.js';

@ApiSchema({ description: 'The state at the start of a socket.' })
export class PartnerGreeting {
  @ApiProperty({ type: PartnerDto })
  partner!: PartnerDto;
}

@ApiSchema({ description: 'The partner went on duty or off duty.' })
export class DutyChangedMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['duty_changed'] })
  type!: 'duty_changed';

  @ApiProperty({ type: Boolean, description: 'Whether orders are offered to the partner', example: false })
  on_duty!: boolean;

  @ApiPosition()
  position?: string;
}

@ApiSchema({ description: 'An earning was booked.' })
export class EarningsUpdateMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['earnings_update'] })
  type!: 'earnings_update';

  @ApiProperty({ type: Number, example: 25.5 })
  amount!: number;

  @ApiProperty({ type: Number, example: 120.25, description: 'The sum of all earnings, including this one' })
  total!: number;

  @ApiPropertyOptional({
    type: String,
    description: 'Absent if Django omits it',
    example: '0193b3c1-12ab-7000-8000-6d7e8f9a0b1c',
  })
  order_id?: string;

  @ApiPosition()
  position?: string;
}
