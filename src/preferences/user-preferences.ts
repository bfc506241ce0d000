import { NOTIFICATION_CHANNELS } from '../notification-types/types/notification-type.js';
import type { NotificationChannel } from '../notification-types/types/notification-type.js';

export const DIGEST_RHYTHMS = ['none', 'hourly', 'daily'] as const;
/** How e-mails are collected into digests: not at all, every hour on the hour, or daily at DAILY_DIGEST_HOUR. */
export type DigestRhythm = (typeof DIGEST_RHYTHMS)[number];

/** The hour of the daily digest, in the user's time zone. */
export const DAILY_DIGEST_HOUR = 8;

/** Quiet hours from `start` until before `end`. They span midnight if `end` is earlier than `start`. */
export interface QuietHours {
  /** `HH:MM`. */
  readonly start: string;
  /** `HH:MM`, different from `start`. */
  readonly end: string;
  /** IANA name. Null: the user's current time zone. */
  readonly time_zone: string | null;
}

/** A user's choice for one type. */
export interface TypeChoice {
  /** Chosen channels, including channels that the type itself does not use. */
  readonly channels: readonly NotificationChannel[];
  /**
   * Declined channels. For a channel in neither list, the type decides, because the channel may have been off when the
   * user chose. Absent: all channels not in `channels`, as stored by an earlier release.
   */
  readonly declined?: readonly NotificationChannel[];
}

/** Choices by type, only for types that the user made a choice for. */
export type TypeChoices = Readonly<Record<string, TypeChoice>>;

export function declinedBy({ channels, declined }: TypeChoice): readonly NotificationChannel[] {
  return declined ?? NOTIFICATION_CHANNELS.filter((channel) => !channels.includes(channel));
}

/** The notification preferences of one user. */
export interface UserPreferences {
  readonly types: TypeChoices;
  readonly quietHours: QuietHours | null;
  readonly digest: DigestRhythm;
  /** The user's time zone (IANA name), for digests and for quiet hours without a time zone. */
  readonly timeZone: string;
}
