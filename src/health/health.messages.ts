import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import type { ServerMessage } from '../realtime/gateway/gateway.js';
import { ApiRequestId } from '../realtime/gateway/realtime.messages.js';
import type { CheckResult, HealthReport } from './health-checks.js';

const RESULTS: readonly CheckResult[] = ['ok', 'unavailable'];
const STATUSES: readonly HealthReport['status'][] = ['ok', 'degraded', 'unavailable'];

@ApiSchema({ description: 'The dependencies of the service.' })
export class HealthChecksDto {
  @ApiProperty({ enum: RESULTS })
  database!: CheckResult;

  @ApiProperty({ enum: RESULTS })
  channel_layer!: CheckResult;

  @ApiPropertyOptional({ enum: RESULTS, description: 'Whether the keys of JWT_JWKS_URL can be read' })
  token_issuer?: CheckResult;
}

@ApiSchema({ description: 'The answer to status.' })
export class HealthMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['health'] })
  type!: 'health';

  @ApiProperty({ enum: STATUSES, description: 'degraded: without Redis, or without the keys of the token issuer' })
  status!: HealthReport['status'];

  @ApiProperty({ type: HealthChecksDto })
  checks!: HealthChecksDto;

  @ApiPropertyOptional({ type: String, description: 'The reason, if the status is not ok' })
  reason?: string;

  @ApiProperty({ type: 'integer', description: 'Seconds since this process started', example: 86_400 })
  uptime_s!: number;

  @ApiProperty({ type: 'integer', description: 'Open sockets of this process', example: 42 })
  connections!: number;

  @ApiRequestId()
  request_id?: string | number;
}
