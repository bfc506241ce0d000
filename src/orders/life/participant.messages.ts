import { Transform } from 'class-transformer';
import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional, IsString, Length, ValidateBy } from 'class-validator';
import { isDeeperThan } from '../../notifications/requests/notification-data.js';
import type { ServerMessage } from '../../realtime/gateway/gateway.js';
import { ANY_JSON, ApiPosition } from '../../realtime/gateway/realtime.messages.js';

const USER_EXAMPLE = '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f';
const MOST_LEVELS = 32;
export const CALL_SIGNALS = ['ring', 'offer', 'answer', 'candidate', 'hangup'] as const;
export type CallSignal = (typeof CALL_SIGNALS)[number];
const SIGNAL = { enum: CALL_SIGNALS, example: 'offer' };
const CALL_ID = { type: String, minLength: 1, maxLength: 100, example: 'c7f1' };
const PAYLOAD = { ...ANY_JSON, description: 'Any JSON, as WebRTC created it', example: { type: 'offer', sdp: 'v=0' } };

@ApiSchema({ description: 'The sender is typing, or has stopped.' })
export class SendTypingMessage {
  @ApiProperty({ type: Boolean, example: true })
  @IsBoolean()
  is_typing!: boolean;
}

@ApiSchema({ description: 'A signal of a call. Relayed unchanged to the other participants and not stored.' })
export class SendCallSignalMessage {
  @ApiProperty({ ...CALL_ID, description: 'Chosen by the caller; the same for the whole call' })
  @Length(1, 100)
  call_id!: string;

  @ApiProperty(SIGNAL)
  @IsIn(CALL_SIGNALS)
  signal!: CallSignal;

  @ApiPropertyOptional(PAYLOAD)
  @IsOptional()
  // Keep the payload as received, without transforming it.
  @Transform(({ obj }: { obj: { payload?: unknown } }) => obj.payload)
  @ValidateBy({
    name: 'isShallow',
    validator: {
      validate: (value: unknown) => typeof value !== 'object' || value === null || !isDeeperThan(value, MOST_LEVELS),
      defaultMessage: () => `$property must not be nested deeper than ${MOST_LEVELS} levels`,
    },
  })
  payload?: unknown;
}

@ApiSchema({ description: 'Marks the messages of the other participant as read, up to and including this message.' })
export class ReadChatMessage {
  @ApiProperty({ type: String, format: 'uuid', example: '0193b3c2-3def-7000-8000-7e8f9a0b1c2d' })
  @IsString()
  message_id!: string;
}

@ApiSchema({ description: 'The customer, or the assigned partner.' })
export class ParticipantDto {
  @ApiProperty({ type: String, example: USER_EXAMPLE })
  user_id!: string;

  @ApiProperty({ enum: ['customer', 'partner'], example: 'partner' })
  role!: 'customer' | 'partner';

  @ApiProperty({
    type: Boolean,
    description: 'Whether the participant has an open socket on this order, on any node',
    example: true,
  })
  online!: boolean;
}

@ApiSchema({ description: 'Which participants are online. Sent on connect and after every change.' })
export class PresenceMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['presence'] })
  type!: 'presence';

  @ApiProperty({ type: [ParticipantDto] })
  participants!: ParticipantDto[];
}

@ApiSchema({ description: 'The other side is typing, or has stopped. Typing ends ten seconds after the last `true`.' })
export class TypingMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['typing'] })
  type!: 'typing';

  @ApiProperty({ type: Boolean, example: true })
  is_typing!: boolean;

  @ApiProperty({ type: String, example: USER_EXAMPLE })
  user_id!: string;
}

@ApiSchema({ description: 'A signal of a call with the other participant.' })
export class CallSignalMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['call_signal'] })
  type!: 'call_signal';

  @ApiProperty(CALL_ID)
  call_id!: string;

  @ApiProperty(SIGNAL)
  signal!: CallSignal;

  @ApiPropertyOptional(PAYLOAD)
  payload?: unknown;

  @ApiProperty({ type: String, example: USER_EXAMPLE })
  user_id!: string;
}

@ApiSchema({
  description: 'A participant has read the messages of the other participant, up to and including this message.',
})
export class ChatReadMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['chat_read'] })
  type!: 'chat_read';

  @ApiProperty({ type: String, description: 'The user who has read the messages', example: USER_EXAMPLE })
  user_id!: string;

  @ApiProperty({ type: String, example: '0193b3c2-3def-7000-8000-7e8f9a0b1c2d' })
  message_id!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T09:32:00.000Z' })
  read_at!: string;

  @ApiPosition()
  position?: string;
}
