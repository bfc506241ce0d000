import type { Message } from '../channel-layer/message.js';
import type { ServerMessage } from '../realtime/gateway.js';

/** A group message of an order's groups, ours or Django's, as clients see it; null for one that is not known. */
export function orderClientMessage(message: Message, now: () => string): ServerMessage | null {
  switch (message.type) {
    case 'order_update':
      return orderUpdate(message.data ?? message.update);
    case 'location':
      return location(message, now);
    case 'chat_message':
      return message.message === undefined ? null : { type: 'chat_message', message: message.message };
    default:
      return null;
  }
}

function orderUpdate(update: Message[string]): ServerMessage | null {
  return typeof update === 'object' && update !== null ? { type: 'order_update', update } : null;
}

function location(message: Message, now: () => string): ServerMessage | null {
  const { type, latitude, longitude, accuracy, heading, timestamp } = message;
  if (latitude === undefined || longitude === undefined) return null;
  return {
    type,
    latitude,
    longitude,
    ...(accuracy !== undefined && { accuracy }),
    ...(heading !== undefined && { heading }),
    timestamp: timestamp ?? now(),
  };
}
