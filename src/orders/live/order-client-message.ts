import type { Message } from '../../channel-layer/interface/message.js';
import { parseExact } from '../../exact-json/exact-json.js';
import type { ServerMessage } from '../../realtime/gateway/gateway.js';
import { displayStatus } from '../status/order-status-texts.js';
import type { StatusLanguage } from '../status/order-status-texts.js';
import { ORDER_STATUSES } from '../status/order-status.js';

/**
 * Converts a message of an order's groups, from this service or from Django, to its client form. Returns null for
 * unknown types. `language`: the language of `status_display`; null leaves `status_display` unchanged.
 */
export function orderClientMessage(
  message: Message,
  now: () => string,
  language: StatusLanguage | null = null,
): ServerMessage | null {
  switch (message.type) {
    case 'order_update':
      return orderUpdate(message.data ?? message.update, language);
    case 'location':
      return location(message, now);
    case 'chat_message':
      return message.message === undefined ? null : { type: 'chat_message', message: message.message };
    case 'chat_read':
      return pick(message, ['user_id', 'message_id', 'read_at']);
    case 'presence':
      return pick(message, ['participants']);
    case 'typing':
      return pick(message, ['is_typing', 'user_id']);
    case 'call_signal':
      return callSignal(message);
    default:
      return null;
  }
}

function orderUpdate(update: Message[string], language: StatusLanguage | null): ServerMessage | null {
  if (typeof update !== 'object' || update === null) return null;
  const members = update as Readonly<Record<string, unknown>>;
  const known = ORDER_STATUSES.find((one) => one === members.status);
  if (language === null || !known) return { type: 'order_update', update };
  return { type: 'order_update', update: { ...members, status_display: displayStatus(known, language) } };
}

function location(message: Message, now: () => string): ServerMessage | null {
  const { type, latitude, longitude, accuracy, heading, timestamp, eta } = message;
  if (latitude === undefined || longitude === undefined) return null;
  return {
    type,
    latitude,
    longitude,
    // Django projects may send null for unknown values. REST omits such members, so sockets omit them too.
    ...(accuracy !== undefined && accuracy !== null && { accuracy }),
    ...(heading !== undefined && heading !== null && { heading }),
    timestamp: timestamp ?? now(),
    ...(eta !== undefined && { eta }),
  };
}

function callSignal({ payload, ...message }: Message): ServerMessage {
  return {
    ...pick(message, ['call_id', 'signal']),
    ...(typeof payload === 'string' && { payload: parseExact(payload) }),
    user_id: message.user_id,
  };
}

/** Copies the type and these members only: other members of the message are not meant for clients. */
function pick(message: Message, members: readonly string[]): ServerMessage {
  const { type } = message;
  return { type, ...Object.fromEntries(members.map((member) => [member, message[member]])) };
}
