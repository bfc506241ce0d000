import { uuidv7 } from 'uuidv7';
import type { Message } from '../../channel-layer/interface/message.js';
import type { MessageSource, ServerMessage } from '../../realtime/gateway/gateway.js';
import { BROADCASTS } from '../../streams/names/group-names.js';

type Members = Readonly<Record<string, unknown>>;

const REQUIRED = ['notification_type', 'title', 'message', 'data', 'is_read', 'created_at', 'broadcast', 'stored'];

/** The ids given to notifications that came without one: the same on every gateway of this node. */
const givenIds = new WeakMap<Members, string>();

/**
 * A group message of the notification groups, ours or Django's, as clients see it; null for a type or shape that is not
 * known. `now` stands in where a message brings no time.
 */
export function notificationClientMessage(
  message: Message,
  source: MessageSource,
  now: () => string,
): ServerMessage | null {
  switch (message.type) {
    case 'notification_message':
      return fromNotificationMessage(message, source, now);
    case 'unread_count':
      return message.count === undefined ? null : { type: 'unread_count', count: Number(message.count) };
    case 'notification_status':
      return notificationStatus(message);
    case 'notification_read':
      return notificationRead(message);
    case 'notification_deleted':
      return message.notification_id === undefined
        ? null
        : { type: 'notification_deleted', notification_id: message.notification_id };
    case 'batch_progress':
      return { type: 'batch_progress', batch: message.batch };
    default:
      return null;
  }
}

/** A broadcast of ours carries both members; `notification` says more, so it goes first. */
function fromNotificationMessage(message: Message, source: MessageSource, now: () => string): ServerMessage | null {
  const { notification, message: inner } = message;
  if (isMembers(notification)) return { type: 'notification', notification: completed(notification, source, now) };
  if (!isMembers(inner)) return null;
  if (inner.notification_id === undefined || inner.status === undefined) {
    return { type: 'notification', notification: completed(inner, source, now) };
  }
  const id = textOf(inner.notification_id);
  if (id === null) return null;
  return {
    type: 'notification_status',
    notification_id: id,
    channel: inner.channel ?? 'websocket',
    status: inner.status,
    timestamp: inner.timestamp ?? now(),
  };
}

/** Of ours, on our own group; what Django says of a status comes in a `notification_message`. */
function notificationStatus({ notification_id, channel, status, timestamp }: Message): ServerMessage | null {
  if (notification_id === undefined || status === undefined) return null;
  return { type: 'notification_status', notification_id, channel, status, timestamp };
}

function notificationRead(message: Message): ServerMessage | null {
  if (message.all === true) return { type: 'notification_read', all: true };
  if (message.notification_id === undefined) return null;
  return { type: 'notification_read', notification_id: message.notification_id };
}

/**
 * Clients rely on these members, and Django projects send a part of them; further ones are passed on. What is not in the log
 * is not stored, whatever it says of itself: a Django project may pass on what it once received from us.
 */
function completed(given: Members, source: MessageSource, now: () => string): Members {
  // Ours are complete; a copy for each message would cost more than all else about it here.
  if (
    source.isDurable &&
    typeof given.id === 'string' &&
    REQUIRED.every((member) => given[member] !== undefined && given[member] !== null)
  ) {
    return given;
  }
  return {
    ...given,
    id: textOf(given.id ?? given.notification_id) ?? idFor(given),
    notification_type: given.notification_type ?? given.type ?? 'general',
    title: given.title ?? '',
    message: given.message ?? '',
    data: given.data ?? {},
    is_read: given.is_read ?? false,
    created_at: given.created_at ?? now(),
    broadcast: source.name === BROADCASTS,
    stored: source.isDurable,
  };
}

function idFor(given: Members): string {
  let id = givenIds.get(given);
  if (id === undefined) givenIds.set(given, (id = uuidv7()));
  return id;
}

/** Ids are text for clients; Django's are numbers as often as not. */
function textOf(id: unknown): string | null {
  if (typeof id === 'string') return id;
  return typeof id === 'number' || typeof id === 'bigint' ? id.toString() : null;
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
