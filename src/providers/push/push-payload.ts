import type { OutgoingMessage } from '../provider/delivery-provider.js';

/** The payload of a push message. */
export interface PushPayload {
  readonly notification_id: string;
  readonly notification_type: string;
  readonly title: string;
  readonly message: string;
  readonly data: OutgoingMessage['data'];
  /** Present if the payload was shortened. The app reads the complete notification over REST. */
  readonly truncated?: true;
}

/**
 * Builds the payload of a message with at most `limit` bytes, measured in the output of `encode`. If it is too long, `data` is
 * removed first, then the text is shortened.
 */
export function pushPayload(
  message: OutgoingMessage,
  limit: number,
  encode: (payload: PushPayload) => string,
): PushPayload {
  const whole = payloadOf(message);
  if (Buffer.byteLength(encode(whole)) <= limit) return whole;
  let payload: PushPayload = { ...whole, data: {}, truncated: true };
  for (let size = sizeOf(payload); size > limit; size = sizeOf(payload)) {
    const kept = Math.floor((payload.message.length * limit) / size) - 2;
    if (kept <= 0) return { ...payload, message: '' };
    payload = { ...payload, message: `${payload.message.slice(0, kept).replace(/[\uD800-\uDBFF]$/, '')}…` };
  }
  return payload;

  function sizeOf(candidate: PushPayload): number {
    return Buffer.byteLength(encode(candidate));
  }
}

function payloadOf({ notificationId, notificationType, title, text, data }: OutgoingMessage): PushPayload {
  return { notification_id: notificationId, notification_type: notificationType, title, message: text, data };
}
