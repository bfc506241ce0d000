import type { NotificationChannel } from '../../notifications/notification/notifications.dto.js';
import type { DeliveryRow } from './deliveries.repository.js';
import { REASONS } from './delivery.js';

/** Further facts that an explanation depends on. */
export interface Circumstances {
  readonly channel: NotificationChannel;
  readonly notificationType: string;
  readonly isBroadcast: boolean;
  /** The type uses this channel unless a request names others. */
  readonly isOfType: boolean;
  /** Why the channel is off now; null: it is on. */
  readonly off: string | null;
}

/** Explains why a channel did or did not deliver a notification. `row`: the record of the delivery, if any. */
export function explanation(row: DeliveryRow | undefined, circumstances: Circumstances): string {
  if (!row) return notPlanned(circumstances);
  switch (row.status) {
    case 'sent':
      return sent(row, circumstances);
    case 'delivered':
      return `Delivered at ${row.updatedAt.toISOString()}: ${deliveredTo(circumstances.channel)}.`;
    case 'failed':
      return `Failed after ${times(row.attempts)}: ${row.lastError ?? 'no reason given'}.`;
    case 'queued':
      return waiting(row, circumstances);
    case 'skipped':
      return `Not sent: ${skipped(row.reason, circumstances)}.`;
  }
}

function notPlanned({ channel, notificationType, isBroadcast, isOfType, off }: Circumstances): string {
  if (isBroadcast && channel === 'websocket') {
    return 'Sent to every socket that is open, and to others when they resume; of broadcasts no record is kept per user.';
  }
  if (off !== null) return `Not sent: ${off}.`;
  if (isBroadcast) return `Not planned: a broadcast uses ${channel} only if its request names it.`;
  if (isOfType) return `Not planned: the request named other channels, or ${channel} was off at the time.`;
  return `Not planned: neither the request nor the type ${notificationType} nor the user's preferences name ${channel}.`;
}

function sent({ attempts, updatedAt }: DeliveryRow, { channel }: Circumstances): string {
  const when = updatedAt.toISOString();
  if (channel === 'websocket') return `Written to a socket at ${when}; no client has acknowledged it.`;
  return `Taken by the provider at ${when}${attempts > 1 ? `, at attempt ${attempts}` : ''}.`;
}

function deliveredTo(channel: NotificationChannel): string {
  return channel === 'websocket' ? 'a client has acknowledged it' : 'the provider says so';
}

function waiting({ reason, dueAt, attempts, lastError }: DeliveryRow, { channel }: Circumstances): string {
  if (channel === 'websocket') return 'Waiting for a socket: none of the user’s has been open since.';
  const until = dueAt ? ` until ${dueAt.toISOString()}` : '';
  if (reason === REASONS.escalation)
    return `Waiting${until}, and sent only if nobody reads or acknowledges it by then.`;
  if (reason === REASONS.quietHours) return `Waiting${until}: the user’s quiet hours.`;
  if (reason === REASONS.digest) return `Waiting${until} for the user’s digest.`;
  if (attempts > 0) return `To be tried again after ${times(attempts)}: ${lastError ?? 'no reason given'}.`;
  return 'Waiting for a worker to send it.';
}

const WORDS: Readonly<Record<string, string>> = {
  [REASONS.preference]: 'the user does not want this type on this channel',
  [REASONS.quietHours]: 'it fell into the user’s quiet hours, and its type is dropped then',
  [REASONS.read]: 'it was read before it would have been sent',
  [REASONS.acknowledged]: 'a client acknowledged it before it would have escalated',
  [REASONS.notRequested]: 'the request names other channels',
  [REASONS.deleted]: 'the user had taken the notification out of the list',
  [REASONS.userDisabled]: 'the user is disabled',
  [REASONS.unconfirmed]: 'the user has not confirmed the address of this channel',
  prefix_not_allowed: 'SMS_PREFIXES does not allow this number',
  no_address: 'the user has no address on this channel',
  invalid_address: 'the user’s address is none that mail can go to',
  [REASONS.rateLimited]: 'the user has had as many on this channel as the limits allow',
  opted_out: 'the user has told the provider to send no more',
};

function skipped(reason: string | null, { off }: Circumstances): string {
  if (reason === REASONS.channelOff) return off ?? 'the channel was off when the notification was made';
  return WORDS[reason ?? ''] ?? (reason ?? 'no reason given').replaceAll('_', ' ');
}

function times(attempts: number): string {
  return attempts === 1 ? 'one attempt' : `${attempts} attempts`;
}
