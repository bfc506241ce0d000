import { NOTIFICATION_CHANNELS } from '../../notifications/requests/notifications.dto.js';
import type { NotificationChannel } from '../../notifications/requests/notifications.dto.js';
import type { ChannelDecision, DecidedStep } from './channel-decisions.js';
import { REASONS } from '../record/delivery.js';
import type { NewDelivery } from '../record/delivery.js';

export interface Planned {
  readonly notificationId: string;
  readonly userId: string;
  readonly decisions: ReadonlyMap<NotificationChannel, ChannelDecision>;
  readonly escalate: readonly DecidedStep[];
  readonly isOff: (channel: NotificationChannel) => boolean;
}

/**
 * The initial delivery rows of a notification for one user. Channels without a decision get no row. `websocket` gets a row only
 * if the notification is excluded from sockets.
 */
export function deliveryPlan(planned: Planned): NewDelivery[] {
  const rows = NOTIFICATION_CHANNELS.map((channel) => planFor(planned, channel));
  const taken = new Set([...planned.decisions.keys()]);
  for (const step of planned.escalate) {
    if (taken.has(step.channel)) continue;
    taken.add(step.channel);
    rows.push(escalationStep(planned, step));
  }
  return rows.filter((row) => row !== null);
}

function planFor(planned: Planned, channel: NotificationChannel): NewDelivery | null {
  const decision = planned.decisions.get(channel);
  if (channel === 'websocket') return planForSockets(planned, decision);
  if (!decision) return null;
  if (decision.kind === 'skip') return row(planned, channel, { status: 'skipped', reason: decision.reason });
  if (planned.isOff(channel)) return row(planned, channel, { status: 'skipped', reason: REASONS.channelOff });
  if (decision.kind === 'now') return row(planned, channel, {});
  return row(planned, channel, { reason: decision.reason, dueAt: decision.until });
}

function planForSockets(planned: Planned, decision: ChannelDecision | undefined): NewDelivery | null {
  if (decision && decision.kind !== 'skip') return null;
  return row(planned, 'websocket', { status: 'skipped', reason: decision?.reason ?? REASONS.notRequested });
}

function escalationStep(planned: Planned, { channel, dueAt, skip }: DecidedStep): NewDelivery {
  if (skip !== null) return row(planned, channel, { status: 'skipped', reason: skip });
  if (planned.isOff(channel)) return row(planned, channel, { status: 'skipped', reason: REASONS.channelOff });
  return row(planned, channel, { reason: REASONS.escalation, dueAt, escalation: true });
}

function row(
  { notificationId, userId }: Planned,
  channel: NotificationChannel,
  how: Partial<Pick<NewDelivery, 'status' | 'reason' | 'dueAt' | 'escalation'>>,
): NewDelivery {
  return { notificationId, userId, channel, status: 'queued', reason: null, dueAt: null, escalation: false, ...how };
}
