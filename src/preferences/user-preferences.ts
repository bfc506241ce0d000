import { NOTIFICATION_CHANNELS } from '../notification-types/types/notification-type.js';
import type { NotificationChannel } from '../notification-types/types/notification-type.js';

export const DIGEST_RHYTHMS = ['none', 'hourly', 'daily'] as const;
/** How e-mails are gathered: not at all, on the hour, or at DAILY_DIGEST_HOUR. */
export type DigestRhythm = (typeof DIGEST_RHYTHMS)[number];

/** When a daily digest goes out, by the reader's clocks. */
export const DAILY_DIGEST_HOUR = 8;

/** As users give it: from `start` until before `end`, over midnight where `end` is the earlier one. */
export interface QuietHours {
  /** `HH:MM`. */
  readonly start: string;
  /** `HH:MM`, other than `start`. */
  readonly end: string;
  /** IANA name; null: the time zone of the user, whatever it is at the time. */
  readonly time_zone: string | null;
}

/** What a user chose for one type. */
export interface TypeChoice {
  /** Wanted, also where the type has none of them. */
  readonly channels: readonly NotificationChannel[];
  /**
   * Not wanted. A channel that is in neither list is left to the type: it may have been off when the user chose. Absent: all that
   * `channels` leaves out; an earlier release stored no more.
   */
  readonly declined?: readonly NotificationChannel[];
}

/** By type, for the types a user chose something for. */
export type TypeChoices = Readonly<Record<string, TypeChoice>>;

export function declinedBy({ channels, declined }: TypeChoice): readonly NotificationChannel[] {
  return declined ?? NOTIFICATION_CHANNELS.filter((channel) => !channels.includes(channel));
}

/** How one user wants to be told. */
export interface UserPreferences {
  readonly types: TypeChoices;
  readonly quietHours: QuietHours | null;
  readonly digest: DigestRhythm;
  /** Of the user, for digests and for quiet hours without a time zone: IANA name. */
  readonly timeZone: string;
}
