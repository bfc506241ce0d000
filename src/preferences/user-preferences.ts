import type { NotificationChannel } from '../notification-types/notification-type.js';

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
  /** IANA name. */
  readonly time_zone: string;
}

/** Channels by type, for the types a user chose something for. */
export type TypeChoices = Readonly<Record<string, { readonly channels: readonly NotificationChannel[] }>>;

/** How one user wants to be told. */
export interface UserPreferences {
  readonly types: TypeChoices;
  readonly quietHours: QuietHours | null;
  readonly digest: DigestRhythm;
  /** Of the user, for digests: IANA name. */
  readonly timeZone: string;
}
