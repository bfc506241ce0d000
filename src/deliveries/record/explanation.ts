import type { NotificationChannel } from '../../notifications/requests/notifications.dto.js';
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
    return 'Sent to open sockets, and to other clients when they resume. Deliveries of broadcasts are not recorded per user.';
  }
  if (off !== null) return `Not sent: ${off}.`;
  if (isBroadcast) return `Not planned: a broadcast uses ${channel} only if its request names it.`;
  if (isOfType) return `Not planned: the request named other channels, or ${channel} was off at the time.`;
  return `Not planned: neither the request nor the type ${notificationType} nor the user's preferences name ${channel}.`;
}

function sent({ attempts, updatedAt }: DeliveryRow, { channel }: Circumstances): string {
  const when = updatedAt.toISOString();
  if (channel === 'websocket') return `Written to a socket at ${when}; no client has acknowledged it.`;
  return `Accepted by the provider at ${when}${attempts > 1 ? `, at attempt ${attempts}` : ''}.`;
}

function deliveredTo(channel: NotificationChannel): string {
  return channel === 'websocket' ? 'a client has acknowledged it' : 'the provider has confirmed it';
}

function waiting({ reason, dueAt, attempts, lastError }: DeliveryRow, { channel }: Circumstances): string {
  if (channel === 'websocket') return 'Waiting: the user has not had an open socket since.';
  const until = dueAt ? ` until ${dueAt.toISOString()}` : '';
  if (reason === REASONS.escalation)
    return `Waiting${until}. It is sent only if it has been neither read nor acknowledged by then.`;
  if (reason === REASONS.quietHours) return `Waiting${until} because of the user’s quiet hours.`;
  if (reason === REASONS.digest) return `Waiting${until} for the user’s digest.`;
  if (attempts > 0) return `Waiting for a retry after ${times(attempts)}: ${lastError ?? 'no reason given'}.`;
  return 'Waiting for a worker to send it.';
}

const WORDS: Readonly<Record<string, string>> = {
  [REASONS.preference]: 'the user has turned this channel off for this type',
  [REASONS.quietHours]: 'notifications of this type are dropped during the user’s quiet hours',
  [REASONS.read]: 'the notification was read first',
  [REASONS.acknowledged]: 'the notification was acknowledged first',
  [REASONS.notRequested]: 'the request names other channels',
  [REASONS.deleted]: 'the user had deleted the notification',
  [REASONS.archived]: 'the user had archived the notification',
  [REASONS.retracted]: 'the notification was retracted',
  [REASONS.expired]: 'the notification had expired',
  [REASONS.userDisabled]: 'the user is disabled',
  [REASONS.unconfirmed]: 'the user has not confirmed the address of this channel',
  prefix_not_allowed: 'SMS_PREFIXES does not allow this number',
  no_address: 'the user has no address on this channel',
  invalid_address: 'the address of the user cannot receive mail',
  [REASONS.rateLimited]: 'the user has reached a limit of this channel',
  opted_out: 'the user has opted out at the provider',
};

function skipped(reason: string | null, { off }: Circumstances): string {
  if (reason === REASONS.channelOff) return off ?? 'the channel was off when the notification was created';
  return WORDS[reason ?? ''] ?? (reason ?? 'no reason given').replaceAll('_', ' ');
}

function times(attempts: number): string {
  return attempts === 1 ? 'one attempt' : `${attempts} attempts`;
}
