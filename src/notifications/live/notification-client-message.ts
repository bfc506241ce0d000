import { uuidv7 } from 'uuidv7';
import type { Message } from '../../channel-layer/interface/message.js';
import { isJsonObject } from '../../exact-json/json-object.js';
import type { JsonObject } from '../../exact-json/json-object.js';
import type { MessageSource, ServerMessage } from '../../realtime/gateway/gateway.js';
import { BROADCASTS } from '../../streams/names/group-names.js';

const REQUIRED = [
  'notification_type',
  'title',
  'message',
  'data',
  'is_read',
  'created_at',
  'broadcast',
  'stored',
  'is_seen',
  'is_archived',
];

/** Ids generated for notifications that arrived without an id. All gateways of this node use the same id. */
const givenIds = new WeakMap<JsonObject, string>();

/**
 * Converts a message of the notification groups, from this service or from Django, to its client form. Returns null for
 * unknown types and shapes. `now` supplies the time if the message has none.
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
    case 'notification_archived':
      return message.notification_id === undefined
        ? null
        : { type: 'notification_archived', notification_id: message.notification_id };
    case 'notification_unarchived':
      return isJsonObject(message.notification)
        ? { type: 'notification_unarchived', notification: message.notification }
        : null;
    case 'notification_seen':
      return message.up_to === undefined ? null : { type: 'notification_seen', up_to: message.up_to };
    case 'notification_retracted':
      return message.notification_id === undefined
        ? null
        : {
            type: 'notification_retracted',
            notification_id: message.notification_id,
            broadcast: source.name === BROADCASTS,
            ...(message.replaced_by !== undefined && { replaced_by: message.replaced_by }),
            ...(message.expired === true && { expired: true }),
          };
    case 'client_message':
      // Only from the log, where other rooms of this service have written it.
      return source.isDurable && isJsonObject(message.message) ? (message.message as ServerMessage) : null;
    case 'batch_progress':
      return { type: 'batch_progress', batch: message.batch };
    default:
      return null;
  }
}

/** Broadcasts of this service contain both members. `notification` comes first, because it contains more. */
function fromNotificationMessage(message: Message, source: MessageSource, now: () => string): ServerMessage | null {
  const { notification, message: inner } = message;
  if (isJsonObject(notification)) return { type: 'notification', notification: completed(notification, source, now) };
  if (!isJsonObject(inner)) return null;
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

/** A status published by this service to its own group. Django sends a status in a `notification_message` instead. */
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
 * Adds the members that clients rely on, because Django projects send only some of them. Other members are passed on.
 * `stored` is true only for messages from the log, whatever the message says: a Django project may forward a
 * notification that it received from this service.
 */
function completed(given: JsonObject, source: MessageSource, now: () => string): JsonObject {
  // Notifications of this service are complete. Copying each of them would be the most expensive step here.
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
    is_seen: given.is_seen ?? false,
    is_archived: given.is_archived ?? false,
  };
}

function idFor(given: JsonObject): string {
  let id = givenIds.get(given);
  if (id === undefined) givenIds.set(given, (id = uuidv7()));
  return id;
}

/** Clients expect ids as text. Django often sends numbers. */
function textOf(id: unknown): string | null {
  if (typeof id === 'string') return id;
  return typeof id === 'number' || typeof id === 'bigint' ? id.toString() : null;
}
