import { ORDER_EVENTS } from '../../orders/status/order-event.js';

/** All events, by name. */
export const WEBHOOK_EVENTS: readonly string[] = [
  'notification.created',
  'notification.read',
  'notification.deleted',
  'notification.retracted',
  'delivery.sent',
  'delivery.delivered',
  'delivery.failed',
  'delivery.skipped',
  ...ORDER_EVENTS.map((event) => `order.${event}`),
  'user.created',
  'user.changed',
  'user.deleted',
];

/** Sent on demand only, to one endpoint. */
export const TEST_EVENT = 'webhook.test';

/** What `events` of an endpoint may contain: names, `*`, and one pattern for each kind. */
export const EVENT_PATTERNS: readonly string[] = [
  '*',
  ...new Set(WEBHOOK_EVENTS.map((event) => `${event.split('.')[0] ?? ''}.*`)),
  ...WEBHOOK_EVENTS,
];

/** Whether one of the patterns covers the event. */
export function matchesEvent(patterns: readonly string[], event: string): boolean {
  const kind = event.split('.')[0] ?? '';
  return [event, `${kind}.*`, '*'].some((pattern) => patterns.includes(pattern));
}
