import type { OutgoingMessage } from '../provider/delivery-provider.js';

/** What a device is told. */
export interface PushPayload {
  readonly notification_id: string;
  readonly notification_type: string;
  readonly title: string;
  readonly message: string;
  readonly data: OutgoingMessage['data'];
  /** There where something had to go: the app reads the whole of it over REST. */
  readonly truncated?: true;
}

/**
 * A message as a device is told it, in no more than `limit` bytes as `encode` writes it. What is too long loses its `data`
 * first, then the end of its text.
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
