import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { FRAME_ERROR_CODES } from '../../errors/error/error-codes.js';
import type { FrameErrorCode } from '../../errors/error/error-codes.js';
import { CLOSE_REASONS } from './close-codes.js';
import type { ServerMessage } from './gateway.js';

const POSITION_EXAMPLE = 'q83vASNFZ4mrAAAAAAAqAAAAAAAH';
const TIME_EXAMPLE = '2026-11-21T09:30:00.000Z';
const REQUEST_ID = { oneOf: [{ type: 'string', maxLength: 200 }, { type: 'number' }], example: 'a1' };
const TIMESTAMP = { oneOf: [{ type: 'number' }, { type: 'string' }], example: 1_795_253_400_000 };

/** The schema of a member with any JSON value. */
export const ANY_JSON = {
  anyOf: [
    { type: 'number' },
    { type: 'string' },
    { type: 'boolean' },
    { type: 'object' },
    { type: 'array', items: {} },
  ],
  nullable: true,
};

/** `position` of a durable message. */
export const ApiPosition = (): PropertyDecorator =>
  ApiPropertyOptional({
    type: String,
    description: 'Opaque. To resume, reconnect with the last position as ?since=. Absent in messages from Django',
    example: POSITION_EXAMPLE,
  });

/** `request_id` of a message that may be an answer. */
export const ApiRequestId = (): PropertyDecorator =>
  ApiPropertyOptional({ ...REQUEST_ID, description: 'As the client sent it; only in the copy for the sender' });

@ApiSchema({ description: 'The members that every message of a client may have.' })
export class ClientRequest {
  @ApiPropertyOptional({ ...REQUEST_ID, description: 'Returned in the answer' })
  request_id?: string | number;
}

@ApiSchema({ description: 'Requests a pong.' })
export class PingMessage {
  @ApiPropertyOptional({ ...TIMESTAMP, description: 'Returned in the pong' })
  timestamp?: unknown;
}

@ApiSchema({
  description:
    'A new token for this socket. An invalid token changes nothing: the socket stays open until its current token expires.',
})
export class AuthenticateMessage {
  @ApiProperty({
    type: String,
    description: 'A token of the same user, from realtime/token/',
    example: 'eyJhbGciOiJIUzI1NiJ9.e30.c2ln',
  })
  token!: string;
}

@ApiSchema({ description: 'The handshake is complete. The `replayed` missed messages follow, then live messages.' })
export class ConnectionEstablishedMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['connection_established'] })
  type!: 'connection_established';

  @ApiProperty({ type: String, description: 'The position of the socket, to resume from', example: POSITION_EXAMPLE })
  position!: string;

  @ApiProperty({
    type: Boolean,
    description: 'False: ?since= is missing, too old or not a position of this socket. Read the state over REST',
    example: true,
  })
  resumed!: boolean;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Number of missed messages that follow', example: 0 })
  replayed!: number;

  @ApiProperty({ type: Number, description: 'Seconds between the protocol pings of the server', example: 25 })
  ping_interval!: number;
}

@ApiSchema({ description: 'The answer to ping.' })
export class PongMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['pong'] })
  type!: 'pong';

  @ApiPropertyOptional({ ...ANY_JSON, description: 'As sent', example: TIMESTAMP.example })
  timestamp?: unknown;

  @ApiProperty({ type: String, format: 'date-time', example: TIME_EXAMPLE })
  server_time!: string;

  @ApiRequestId()
  request_id?: string | number;
}

@ApiSchema({ description: 'The answer to authenticate: the new token is used from now on.' })
export class AuthenticatedMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['authenticated'] })
  type!: 'authenticated';

  @ApiProperty({ type: String, format: 'date-time', example: TIME_EXAMPLE })
  expires_at!: string;

  @ApiRequestId()
  request_id?: string | number;
}

@ApiSchema({ description: 'The answer to a message with a request_id that has no other answer.' })
export class AcceptedMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['accepted'] })
  type!: 'accepted';

  @ApiProperty({ ...REQUEST_ID, description: 'As the client sent it' })
  request_id!: string | number;
}

@ApiSchema({ description: 'An invalid member of a message.' })
export class FieldErrorDto {
  @ApiProperty({ type: String, description: 'JSON pointer (RFC 6901) as a URI fragment', example: '#/text' })
  pointer!: string;

  @ApiProperty({ type: String, example: 'must be a string' })
  detail!: string;
}

@ApiSchema({ description: 'A message could not be processed. The socket stays open.' })
export class ErrorMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['error'] })
  type!: 'error';

  @ApiProperty({ enum: FRAME_ERROR_CODES, example: 'invalid_message' })
  code!: FrameErrorCode;

  @ApiProperty({ type: String, description: 'A human-readable text', example: 'Some fields are not valid.' })
  message!: string;

  @ApiPropertyOptional({ type: [FieldErrorDto] })
  errors?: readonly FieldErrorDto[];

  @ApiRequestId()
  request_id?: string | number;
}

@ApiSchema({ description: 'Sent just before every close by the server, except protocol errors (1002, 1007, 1009).' })
export class DisconnectMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['disconnect'] })
  type!: 'disconnect';

  @ApiProperty({
    enum: Object.values(CLOSE_REASONS).map(({ code }) => code),
    description: 'The close code that follows',
    example: CLOSE_REASONS.restart.code,
  })
  code!: number;

  @ApiProperty({ type: String, description: 'A human-readable text', example: CLOSE_REASONS.restart.reason })
  reason!: string;

  @ApiProperty({ type: Boolean, description: 'Whether the client may reconnect by itself', example: true })
  reconnect!: boolean;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'How long to wait before reconnecting, in milliseconds',
    example: CLOSE_REASONS.restart.retryAfterMs,
  })
  retry_after_ms!: number;
}
