import { Injectable } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { Users } from '../auth/users.js';
import type { Transaction } from '../database/transaction.js';
import { ServiceError } from '../errors/service-error.js';
import type { FieldError } from '../errors/service-error.js';
import { Idempotency } from '../idempotency/idempotency.js';
import type { IdempotentRequest } from '../idempotency/idempotent-request.js';
import { StreamLog } from '../streams/stream-log.js';
import type { JsonObject } from './json-object.js';
import { notificationView } from './notification-view.js';
import type { NotificationView } from './notification-view.js';
import type { CreateNotificationDto, NotificationDto, NotificationResultsDto } from './notifications.dto.js';
import { NotificationsRepository } from './notifications.repository.js';
import { UnreadCounts } from './unread-counts.js';

/** More users than this in one request become a background job, which is not there yet. */
const MAX_USERS = 1_000;

/** What a notification says. */
export interface NotificationContent {
  readonly notificationType: string;
  readonly title: string;
  readonly message: string;
  readonly data?: JsonObject;
}

/** Makes notifications: stored, put into the users' streams and counted in one transaction. */
@Injectable()
export class NotificationSender {
  constructor(
    private readonly repository: NotificationsRepository,
    private readonly streamLog: StreamLog,
    private readonly unreadCounts: UnreadCounts,
    private readonly users: Users,
    private readonly idempotency: Idempotency,
  ) {}

  /**
   * What an administrator asks for. Throws invalid_message unless exactly one audience is named, not_found for unknown
   * users (then nobody gets it), not_implemented for what does not work yet.
   */
  async create(
    request: IdempotentRequest | null,
    body: CreateNotificationDto,
  ): Promise<NotificationDto | NotificationResultsDto> {
    refuseWhatIsNotThereYet(body);
    const audience = audienceOf(body);
    const content = contentOf(body);
    return this.idempotency.run(request, async (tx): Promise<NotificationDto | NotificationResultsDto> => {
      if (audience.everybody) return this.broadcast(tx, content);
      await this.requireUsers(tx, audience.userIds, body.user_ids ? '#/user_ids/' : '#/user_id');
      // A user named twice gets one.
      const results = await this.notify(tx, [...new Set(audience.userIds)], content);
      return body.user_ids ? { results } : (results[0] as NotificationDto);
    });
  }

  /** One notification for each of these existing users, within the caller's transaction. In the order given. */
  async notify(tx: Transaction, userIds: readonly string[], content: NotificationContent): Promise<NotificationView[]> {
    if (userIds.length === 0) return [];
    const rows = userIds.map((userId) => ({ id: uuidv7(), userId, ...columns(content) }));
    const views = (await this.repository.insert(tx.db, rows)).map(notificationView);
    views.forEach((notification, index) => {
      this.streamLog.append(tx, `user_${userIds[index] as string}`, {
        type: 'notification_message',
        notification,
      });
    });
    this.unreadCounts.announce(tx, userIds);
    return views;
  }

  /** One row and one message for everybody, however many they are. Nobody is sent a count: clients add one. */
  private async broadcast(tx: Transaction, content: NotificationContent): Promise<NotificationDto> {
    const [row] = await this.repository.insert(tx.db, [{ id: uuidv7(), userId: null, ...columns(content) }]);
    if (!row) throw new Error('the insert of a broadcast gave no row');
    const notification = notificationView(row);
    this.streamLog.append(tx, 'notifications', {
      type: 'notification_message',
      notification,
      // What Django's consumers of broadcasts read.
      message: { notification_id: notification.id, status: 'sent', timestamp: notification.created_at },
    });
    return notification;
  }

  private async requireUsers(tx: Transaction, userIds: readonly string[], pointer: string): Promise<void> {
    const existing = await this.users.exists(userIds, tx.db);
    const errors = userIds.flatMap((id, index): FieldError[] => {
      if (existing.has(id)) return [];
      return [{ pointer: pointer.endsWith('/') ? pointer + String(index) : pointer, detail: 'there is no such user' }];
    });
    if (errors.length > 0) throw new ServiceError('not_found', 'There is no such user.', { errors });
  }
}

function contentOf({ notification_type: notificationType, title, message, data }: CreateNotificationDto) {
  return { notificationType, title, message, data } satisfies NotificationContent;
}

function columns({ notificationType, title, message, data }: NotificationContent) {
  return { notificationType, title, message, data: data ?? {} };
}

/** Who it is for. */
function audienceOf(body: CreateNotificationDto): { everybody: boolean; userIds: readonly string[] } {
  const everybody = body.broadcast === true;
  const userIds = body.user_ids ?? (typeof body.user_id === 'string' ? [body.user_id] : []);
  const given = [everybody, Boolean(body.user_ids), typeof body.user_id === 'string'].filter(Boolean).length;
  if (given === 1) return { everybody, userIds };
  throw new ServiceError('invalid_message', 'A notification is for exactly one of user_id, user_ids and broadcast.', {
    errors: ['user_id', 'user_ids', 'broadcast'].map((member) => ({
      pointer: `#/${member}`,
      detail: 'exactly one of user_id, user_ids and broadcast must be given',
    })),
  });
}

function refuseWhatIsNotThereYet({ channels, send_at: sendAt, user_ids: userIds }: CreateNotificationDto): void {
  if (channels?.some((channel) => channel !== 'websocket')) {
    throw notThereYet('#/channels', 'Channels other than websocket do not work yet.');
  }
  if (sendAt) throw notThereYet('#/send_at', 'Notifications can not be scheduled yet.');
  if (userIds && userIds.length > MAX_USERS) {
    throw notThereYet('#/user_ids', `More than ${String(MAX_USERS)} users at once do not work yet.`);
  }
}

function notThereYet(pointer: string, detail: string): ServiceError {
  return new ServiceError('not_implemented', detail, { errors: [{ pointer, detail: 'not implemented yet' }] });
}
