import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { BatchProgressMessage } from '../../batches/batches.messages.js';
import { NOTIFICATION_CHANNELS } from '../../notification-types/types/notification-type.js';
import type { NotificationChannel } from '../../notification-types/types/notification-type.js';
import type { ServerMessage } from '../../realtime/gateway/gateway.js';
import { ApiPosition, ApiRequestId } from '../../realtime/gateway/realtime.messages.js';
import { NotificationDto } from '../requests/notifications.dto.js';

const ID_EXAMPLE = '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f';

@ApiSchema({ description: 'Marks one notification as read.' })
export class MarkReadMessage {
  @ApiProperty({ type: String, minLength: 1, maxLength: 64, example: ID_EXAMPLE })
  @IsString()
  @IsNotEmpty()
  @MaxLength(64)
  notification_id!: string;
}

@ApiSchema({ description: 'Moves a notification to the archive.' })
export class ArchiveMessage extends MarkReadMessage {}

@ApiSchema({ description: 'Moves a notification back from the archive.' })
export class UnarchiveMessage extends MarkReadMessage {}

@ApiSchema({ description: 'Marks everything in the inbox as seen, or everything up to a notification.' })
export class MarkSeenMessage {
  @ApiPropertyOptional({
    type: String,
    minLength: 1,
    maxLength: 64,
    description: 'The newest notification that is shown. Default: the newest one',
    example: ID_EXAMPLE,
  })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(64)
  up_to?: string;
}

@ApiSchema({
  description:
    'The client has received everything up to this position. Optional. The deliveries of these notifications become ' +
    '`delivered`, and their escalations are cancelled.',
})
export class AckMessage {
  @ApiProperty({
    type: String,
    minLength: 1,
    maxLength: 200,
    description: 'The position of the newest message received',
    example: 'q83vASNFZ4mrAAAAAAAqAAAAAAAH',
  })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  position!: string;
}

@ApiSchema({ description: 'The answer to mark_read.' })
export class MarkReadResponse implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['mark_read_response'] })
  type!: 'mark_read_response';

  @ApiProperty({ type: Boolean, example: true })
  success!: boolean;

  @ApiProperty({ type: String, example: ID_EXAMPLE })
  notification_id!: string;

  @ApiPropertyOptional({ type: String, description: 'The reason, if success is false' })
  error?: string;

  @ApiRequestId()
  request_id?: string | number;
}

@ApiSchema({ description: 'The answer to mark_all_read.' })
export class MarkAllReadResponse implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['mark_all_read_response'] })
  type!: 'mark_all_read_response';

  @ApiProperty({ type: Boolean, example: true })
  success!: boolean;

  @ApiProperty({ type: 'integer', description: 'Number of notifications that were unread before', example: 3 })
  updated!: number;

  @ApiRequestId()
  request_id?: string | number;
}

@ApiSchema({ description: 'The answer to archive.' })
export class ArchiveResponse implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['archive_response'] })
  type!: 'archive_response';

  @ApiProperty({ type: Boolean, example: true })
  success!: boolean;

  @ApiProperty({ type: String, example: ID_EXAMPLE })
  notification_id!: string;

  @ApiPropertyOptional({ type: String, description: 'The reason, if success is false' })
  error?: string;

  @ApiRequestId()
  request_id?: string | number;
}

@ApiSchema({ description: 'The answer to unarchive.' })
export class UnarchiveResponse implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['unarchive_response'] })
  type!: 'unarchive_response';

  @ApiProperty({ type: Boolean, example: true })
  success!: boolean;

  @ApiProperty({ type: String, example: ID_EXAMPLE })
  notification_id!: string;

  @ApiPropertyOptional({ type: String, description: 'The reason, if success is false' })
  error?: string;

  @ApiRequestId()
  request_id?: string | number;
}

@ApiSchema({ description: 'The answer to mark_seen.' })
export class MarkSeenResponse implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['mark_seen_response'] })
  type!: 'mark_seen_response';

  @ApiProperty({ type: Boolean, example: true })
  success!: boolean;

  @ApiPropertyOptional({ type: String, description: 'The reason, if success is false' })
  error?: string;

  @ApiRequestId()
  request_id?: string | number;
}

@ApiSchema({ description: 'A new notification.' })
export class NotificationMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['notification'] })
  type!: 'notification';

  @ApiProperty({ type: NotificationDto })
  notification!: NotificationDto;

  @ApiPosition()
  position?: string;
}

@ApiSchema({ description: 'The number of unread notifications, after every change except a broadcast.' })
export class UnreadCountMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['unread_count'] })
  type!: 'unread_count';

  @ApiProperty({ type: 'integer', example: 3 })
  count!: number;
}

@ApiSchema({ description: 'One or all notifications were read on another socket of the user, or over REST.' })
export class NotificationReadMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['notification_read'] })
  type!: 'notification_read';

  @ApiPropertyOptional({ type: String, example: ID_EXAMPLE })
  notification_id?: string;

  @ApiPropertyOptional({ type: Boolean, description: 'True, in place of notification_id, if all were read' })
  all?: true;

  @ApiPosition()
  position?: string;
}

@ApiSchema({
  description: 'A notification was removed from the list of the user, on this or another socket or over REST.',
})
export class NotificationDeletedMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['notification_deleted'] })
  type!: 'notification_deleted';

  @ApiProperty({ type: String, example: ID_EXAMPLE })
  notification_id!: string;

  @ApiPosition()
  position?: string;
}

@ApiSchema({ description: 'A notification was archived on another socket of the user, or over REST.' })
export class NotificationArchivedMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['notification_archived'] })
  type!: 'notification_archived';

  @ApiProperty({ type: String, example: ID_EXAMPLE })
  notification_id!: string;

  @ApiPosition()
  position?: string;
}

@ApiSchema({
  description: 'A notification was taken back from the archive on another socket of the user, or over REST.',
})
export class NotificationUnarchivedMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['notification_unarchived'] })
  type!: 'notification_unarchived';

  @ApiProperty({ type: NotificationDto })
  notification!: NotificationDto;

  @ApiPosition()
  position?: string;
}

@ApiSchema({
  description:
    'The inbox was opened on another socket of the user, or over REST: everything up to a notification is seen.',
})
export class NotificationSeenMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['notification_seen'] })
  type!: 'notification_seen';

  @ApiProperty({
    type: String,
    description: 'This notification and all with smaller ids are seen',
    example: ID_EXAMPLE,
  })
  up_to!: string;

  @ApiPosition()
  position?: string;
}

@ApiSchema({
  description:
    'A notification was retracted for all its recipients: do not show it any more. A client that resumes receives this message ' +
    'in place of the notification, and again at the time of the retraction.',
})
export class NotificationRetractedMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['notification_retracted'] })
  type!: 'notification_retracted';

  @ApiProperty({ type: String, example: ID_EXAMPLE })
  notification_id!: string;

  @ApiProperty({
    type: Boolean,
    description:
      'Whether it was sent to all users. No unread_count follows then: a client subtracts one if the notification was unread',
    example: false,
  })
  broadcast!: boolean;

  @ApiPropertyOptional({
    type: String,
    description: 'The notification with the same collapse_key that replaces it. It follows in the same transaction',
    example: ID_EXAMPLE,
  })
  replaced_by?: string;

  @ApiPropertyOptional({ type: Boolean, description: 'True if it has expired' })
  expired?: true;

  @ApiPosition()
  position?: string;
}

@ApiSchema({ description: 'The delivery status of a notification on one channel has changed.' })
export class NotificationStatusMessage implements ServerMessage {
  [member: string]: unknown;

  @ApiProperty({ enum: ['notification_status'] })
  type!: 'notification_status';

  @ApiProperty({ type: String, example: ID_EXAMPLE })
  notification_id!: string;

  @ApiProperty({ enum: NOTIFICATION_CHANNELS })
  channel!: NotificationChannel;

  @ApiProperty({ type: String, example: 'delivered' })
  status!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  timestamp!: string;

  @ApiPosition()
  position?: string;
}

@ApiSchema({ description: 'The state at the start of a socket.' })
export class NotificationsGreeting {
  @ApiPropertyOptional({ type: 'integer', description: 'Absent for anonymous visitors', example: 3 })
  unread_count?: number;

  @ApiPropertyOptional({
    type: Boolean,
    description: 'True for a visitor without a token, who receives broadcasts only',
  })
  anonymous?: boolean;
}

/** Messages sent by both notification sockets. */
export const NOTIFICATION_MESSAGES = {
  greeting: NotificationsGreeting,
  sends: [
    NotificationMessage,
    UnreadCountMessage,
    NotificationReadMessage,
    NotificationDeletedMessage,
    NotificationArchivedMessage,
    NotificationUnarchivedMessage,
    NotificationSeenMessage,
    NotificationRetractedMessage,
    NotificationStatusMessage,
    BatchProgressMessage,
    MarkReadResponse,
    MarkAllReadResponse,
    MarkSeenResponse,
    ArchiveResponse,
    UnarchiveResponse,
  ],
};
