import type { NotificationChannel } from '../../notifications/notification/notifications.dto.js';

export const DELIVERY_STATUSES = ['queued', 'sent', 'delivered', 'failed', 'skipped'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** Why a delivery was skipped, or, while it is queued, what it waits for. Providers bring further ones. */
export const REASONS = {
  /** The channel has no settings. */
  channelOff: 'channel_off',
  /** The user does not want this type on this channel. */
  preference: 'preference',
  quietHours: 'quiet_hours',
  digest: 'digest',
  /** Waits whether somebody reads the notification. */
  escalation: 'escalation',
  /** The escalation was not needed. */
  read: 'read',
  acknowledged: 'acknowledged',
  /** The request names other channels. */
  notRequested: 'not_requested',
  /** The owner took the notification out of the list. */
  deleted: 'deleted',
  userDisabled: 'user_disabled',
  /** The user has not confirmed the address (CONFIRM_ADDRESSES). */
  unconfirmed: 'unconfirmed',
  /** SEND_LIMITS, TYPE_SEND_LIMITS. */
  rateLimited: 'rate_limited',
} as const;

/** Which delivery. */
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

/** A delivery as it begins. */
export interface NewDelivery extends DeliveryId {
  readonly status: 'queued' | 'skipped' | 'sent';
  readonly reason: string | null;
  readonly dueAt: Date | null;
  readonly escalation: boolean;
}

const KEY = /^([0-9a-f-]{36})\.(\S+)\.(email|sms|push)$/;

/** The name of a delivery towards providers, the same on every attempt. */
export function deliveryKey({ notificationId, userId, channel }: DeliveryId): string {
  return `${notificationId}.${userId}.${channel}`;
}

/** Reads a name made by `deliveryKey`; null for any other text. */
export function parseDeliveryKey(key: string): DeliveryId | null {
  const [, notificationId, userId, channel] = KEY.exec(key) ?? [];
  if (notificationId === undefined || userId === undefined || channel === undefined) return null;
  return { notificationId, userId, channel: channel as NotificationChannel };
}
