import type { Message } from '../channel-layer/interface/message.js';
import { isJsonObject } from '../exact-json/json-object.js';
import type { ServerMessage } from '../realtime/gateway/gateway.js';

/**
 * Converts a message of a partner's group, from this service or from Django, to its client form. Returns null for
 * unknown types.
 */
export function partnerClientMessage(message: Message, isDurable = false): ServerMessage | null {
  const { type, order, amount, total, order_id: orderId } = message;
  if (type === 'new_order' && order !== undefined) return { type, order };
  if (type === 'order_unassigned' && orderId !== undefined) return { type, order_id: orderId };
  // Only from the log, where other rooms of this service have written it.
  if (type === 'client_message')
    return isDurable && isJsonObject(message.message) ? (message.message as ServerMessage) : null;
  if (type === 'duty_changed' && message.on_duty !== undefined) return { type, on_duty: message.on_duty };
  if (type === 'order_offered' && order !== undefined) return { type, order, expires_at: message.expires_at };
  if (type === 'order_offer_ended') return { type, order_id: orderId, outcome: message.outcome };
  if (type !== 'earnings_update' || amount === undefined) return null;
  return { type, amount, total, ...(orderId !== undefined && { order_id: orderId }) };
}
