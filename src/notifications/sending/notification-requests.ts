import { Injectable } from '@nestjs/common';
import type { AuditTarget } from '../../audit/audit-event.js';
import { AuditLog } from '../../audit/audit-log.js';
import type { Author } from '../../auth/principal/actor.js';
import { Users } from '../../auth/users/users.js';
import type { BatchDto } from '../../batches/batches.dto.js';
import { ServiceError } from '../../errors/error/service-error.js';
import type { FieldError } from '../../errors/error/service-error.js';
import type { Transaction } from '../../database/backend/transaction.js';
import { Database } from '../../database/database.js';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.js';
import { MOST_ERRORS } from '../../input/shape/input-problems.js';
import { actionProblems } from '../requests/notification-actions.js';
import { onceInWindow } from './notification-duplicates.js';
import { NotificationBatches } from './notification-batches.js';
import type { DeliveryRequest } from '../notification/notification-events.js';
import { NotificationSender } from './notification-sender.js';
import type { NotificationContent } from './notification-wording.js';
import type { CreateNotificationDto, NotificationDto, NotificationResultsDto } from '../requests/notifications.dto.js';
import { NotificationWording } from './notification-wording.js';
import { expiresAtOf, sendAtOf } from '../requests/send-at.js';

interface Requested {
  readonly audience: ReturnType<typeof audienceOf>;
  readonly requested: NotificationContent;
  readonly delivery: DeliveryRequest;
}

/** Requests for more users than this are processed in the background. */
const MAX_USERS_AT_ONCE = 1_000;

/** The result of a request: one notification, one notification per user, or a batch that is sent in the background. */
export type Created = NotificationDto | NotificationResultsDto | BatchDto;

/**
 * Handles the notifications that administrators request over REST. Each request is validated and executed once, even if
 * it is repeated.
 */
@Injectable()
export class NotificationRequests {
  constructor(
    private readonly sender: NotificationSender,
    private readonly batches: NotificationBatches,
    private readonly users: Users,
    private readonly database: Database,
    private readonly wording: NotificationWording,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Throws invalid_message unless exactly one audience is given, and for an unusable type, missing data, or an invalid
   * time. Throws not_found for unknown users, in which case no notification is sent. With more than 1,000 users,
   * unknown users are detected only while sending.
   */
  async create(request: IdempotentRequest | null, author: Author, body: CreateNotificationDto): Promise<Created> {
    const audience = audienceOf(body);
    const requested = contentOf(body);
    const delivery = deliveryRequestOf(body);
    requireActions(requested);
    this.wording.check(requested);
    const { dedupe_key: key, dedupe_window_s: window } = body;
    return this.database.transaction(
      (tx) => onceInWindow(tx, key, window, () => this.send(tx, author, body, { audience, requested, delivery })),
      { once: request },
    );
  }

  private async send(
    tx: Transaction,
    author: Author,
    body: CreateNotificationDto,
    { audience, requested, delivery }: Requested,
  ): Promise<Created> {
    // Checked inside the idempotent part, so that a request that is repeated after `send_at` gets the original answer.
    const sendAt = sendAtOf(body.send_at);
    const expiresAt = expiresAtOf(body.expires_at, sendAt)?.toISOString();
    const content = { ...requested, ...(expiresAt !== undefined && { expiresAt }) };
    // A user who is named twice receives one notification.
    const userIds = audience.isBroadcast ? null : [...new Set(audience.userIds)];
    const isLarge = userIds !== null && userIds.length > MAX_USERS_AT_ONCE;
    if (!isLarge && userIds !== null) {
      const existing = await this.users.exists(userIds, tx.db);
      requireAll(audience.userIds, existing, body.user_ids ? '#/user_ids/' : '#/user_id');
    }
    if (isLarge || sendAt) {
      const batch = await this.batches.create(tx, { author, content, request: delivery, userIds, sendAt });
      if (userIds === null) await this.noteBroadcast(tx, author, { type: 'batch', id: batch.batch_id }, content);
      return batch;
    }
    if (userIds === null) {
      const sent = await this.sender.broadcast(tx, content, delivery);
      await this.noteBroadcast(tx, author, { type: 'notification', id: sent.id }, content);
      return sent;
    }
    const results = await this.sender.notify(tx, userIds, content, delivery);
    return body.user_ids ? { results } : (results[0] as NotificationDto);
  }

  private noteBroadcast(
    tx: Transaction,
    author: Author,
    target: AuditTarget,
    { notificationType }: NotificationContent,
  ): Promise<void> {
    const details = { notification_type: notificationType };
    return this.audit.record(tx.db, { action: 'broadcast_sent', author, target, details });
  }
}

function requireActions({ data }: NotificationContent): void {
  const errors = actionProblems(data);
  const [first] = errors;
  if (first) throw new ServiceError('invalid_message', `${first.pointer} ${first.detail}`, { errors });
}

/** `userIds` as the client sent them: the errors name the members of that list. */
function requireAll(userIds: readonly string[], existing: ReadonlySet<string>, pointer: string): void {
  const errors: FieldError[] = [];
  for (const [index, id] of userIds.entries()) {
    if (existing.has(id)) continue;
    if (errors.length >= MOST_ERRORS) break;
    errors.push({
      pointer: pointer.endsWith('/') ? pointer + String(index) : pointer,
      detail: 'there is no such user',
    });
  }
  if (errors.length > 0) throw new ServiceError('not_found', 'There is no such user.', { errors });
}

function contentOf(body: CreateNotificationDto) {
  const { notification_type: notificationType, title, message, data, collapse_key: collapseKey } = body;
  return {
    notificationType,
    data,
    ...(typeof collapseKey === 'string' && { collapseKey }),
    ...(title !== undefined && { title }),
    ...(message !== undefined && { message }),
  } satisfies NotificationContent;
}

/** A broadcast cannot be escalated, because that would require the state of each user. */
function deliveryRequestOf({ channels, escalate, broadcast }: CreateNotificationDto): DeliveryRequest {
  if (broadcast === true && escalate !== undefined) {
    const errors = [{ pointer: '#/escalate', detail: 'must not be given with broadcast' }];
    throw new ServiceError('invalid_message', 'A broadcast cannot have escalation steps.', { errors });
  }
  const steps = escalate?.map(({ after_s: afterSeconds, channel }) => ({ afterSeconds, channel }));
  return { ...(channels && { channels }), ...(steps && { escalate: steps }) };
}

function audienceOf(body: CreateNotificationDto): { isBroadcast: boolean; userIds: readonly string[] } {
  const isBroadcast = body.broadcast === true;
  const userIds = body.user_ids ?? (typeof body.user_id === 'string' ? [body.user_id] : []);
  const given = [isBroadcast, Boolean(body.user_ids), typeof body.user_id === 'string'].filter(Boolean).length;
  if (given === 1) return { isBroadcast, userIds };
  throw new ServiceError('invalid_message', 'Set exactly one of user_id, user_ids and broadcast.', {
    errors: ['user_id', 'user_ids', 'broadcast'].map((member) => ({
      pointer: `#/${member}`,
      detail: 'exactly one of user_id, user_ids and broadcast must be given',
    })),
  });
}
