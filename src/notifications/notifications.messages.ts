import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import type { ServerMessage } from '../realtime/gateway.js';
import { NotificationDto } from './notifications.dto.js';

/** Client: `{type: "mark_read", notification_id}`. */
export class MarkReadMessage {
  @ApiProperty({ type: String })
  @IsString()
  @IsNotEmpty()
  @MaxLength(64)
  notification_id!: string;
}

/** Server: the answer to `mark_read`. */
export class MarkReadResponse implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['mark_read_response'] })
  type!: 'mark_read_response';

  @ApiProperty()
  success!: boolean;

  @ApiProperty()
  notification_id!: string;

  @ApiPropertyOptional({ description: 'Why not, when success is false' })
  error?: string;
}

/** Server: the answer to `mark_all_read`. */
export class MarkAllReadResponse implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['mark_all_read_response'] })
  type!: 'mark_all_read_response';

  @ApiProperty()
  success!: boolean;

  @ApiProperty({ description: 'How many were unread before' })
  updated!: number;
}

/** Server: a new notification. */
export class NotificationMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['notification'] })
  type!: 'notification';

  @ApiProperty({ type: NotificationDto })
  notification!: NotificationDto;

  @ApiPropertyOptional({ description: 'Absent on messages that came from Django' })
  position?: string;
}

/** Server: how many are unread, after every change that was not a broadcast. */
export class UnreadCountMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['unread_count'] })
  type!: 'unread_count';

  @ApiProperty()
  count!: number;
}

/** Server: one or all were read on another socket of the user, or over REST. */
export class NotificationReadMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['notification_read'] })
  type!: 'notification_read';

  @ApiPropertyOptional()
  notification_id?: string;

  @ApiPropertyOptional({ enum: [true] })
  all?: true;

  @ApiProperty()
  position?: string;
}

/** Server: what became of a notification on one channel. */
export class NotificationStatusMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['notification_status'] })
  type!: 'notification_status';

  @ApiProperty()
  notification_id!: string;

  @ApiProperty({ enum: ['websocket', 'email', 'sms', 'push'] })
  channel!: string;

  @ApiProperty()
  status!: string;

  @ApiProperty({ format: 'date-time' })
  timestamp!: string;

  @ApiPropertyOptional()
  position?: string;
}
