import type { NotificationChannel } from '../../notifications/requests/notifications.dto.js';

export const DELIVERY_STATUSES = ['queued', 'sent', 'delivered', 'failed', 'skipped'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** Why a delivery was skipped, or what a queued delivery waits for. Providers add their own reasons. */
export const REASONS = {
  /** The channel is not configured. */
  channelOff: 'channel_off',
  /** The user does not want this type on this channel. */
  preference: 'preference',
  quietHours: 'quiet_hours',
  digest: 'digest',
  /** Waits to see whether the notification is read. */
  escalation: 'escalation',
  /** The escalation was not needed. */
  read: 'read',
  acknowledged: 'acknowledged',
  /** The request names other channels. */
  notRequested: 'not_requested',
  /** The owner deleted the notification. */
  deleted: 'deleted',
  /** The owner archived the notification. */
  archived: 'archived',
  /** An administrator retracted the notification. */
  retracted: 'retracted',
  /** The notification has expired. */
  expired: 'expired',
  userDisabled: 'user_disabled',
  /** The user has not confirmed the address (CONFIRM_ADDRESSES). */
  unconfirmed: 'unconfirmed',
  /** SEND_LIMITS, TYPE_SEND_LIMITS. */
  rateLimited: 'rate_limited',
} as const;

/** Identifies a delivery. */
export interface DeliveryId {
  readonly notificationId: string;
  readonly userId: string;
  readonly channel: NotificationChannel;
}

/** A notification of one user that is to be delivered. */
export interface Undelivered {
  readonly notificationId: string;
  readonly userId: string;
  readonly notificationType: string;
}

/** A delivery to insert. */
export interface NewDelivery extends DeliveryId {
  readonly status: 'queued' | 'skipped' | 'sent';
  readonly reason: string | null;
  readonly dueAt: Date | null;
  readonly escalation: boolean;
}

const KEY = /^([0-9a-f-]{36})\.(\S+)\.(email|sms|push)$/;

/** The key of a delivery that providers receive. It is the same on every attempt. */
export function deliveryKey({ notificationId, userId, channel }: DeliveryId): string {
  return `${notificationId}.${userId}.${channel}`;
}

/** Parses a key created by `deliveryKey`; null for any other text. */
export function parseDeliveryKey(key: string): DeliveryId | null {
  const [, notificationId, userId, channel] = KEY.exec(key) ?? [];
  if (notificationId === undefined || userId === undefined || channel === undefined) return null;
  return { notificationId, userId, channel: channel as NotificationChannel };
}
