import { endOf, isWithin, minutesOf, nextDailyHour, nextHour } from '../locale/daily-window.js';
import type { DailyWindow } from '../locale/daily-window.js';
import type { NotificationChannel, NotificationType } from '../notification-types/types/notification-type.js';
import { DAILY_DIGEST_HOUR, declinedBy } from './user-preferences.js';
import type { DigestRhythm, TypeChoice, TypeChoices, UserPreferences } from './user-preferences.js';

/** The decision about one notification on one channel. */
export type Decision =
  | { readonly action: 'send' }
  /** `until`: the end of the user's quiet hours. */
  | { readonly action: 'delay'; readonly until: Date }
  /** `due`: when the digest is sent, moved to the end of quiet hours if necessary. */
  | { readonly action: 'digest'; readonly rhythm: Exclude<DigestRhythm, 'none'>; readonly due: Date }
  | { readonly action: 'skip'; readonly reason: 'preference' | 'quiet_hours' };

/**
 * The properties of a type that decisions depend on. `isKnown`: whether the type is in the registry; if not, the choice
 * for `general` applies.
 */
export interface DecidedType extends Pick<
  NotificationType,
  'name' | 'channels' | 'urgent' | 'mandatory' | 'quietHours'
> {
  readonly isKnown: boolean;
}

/**
 * The channels to decide for a notification: the requested channels, else the channels of its type and those the user
 * chose for it. In the order of the requested or the type's list.
 */
export function channelsFor(
  type: DecidedType,
  preferences: Pick<UserPreferences, 'types'>,
  requested: readonly NotificationChannel[] | undefined,
): readonly NotificationChannel[] {
  return requested ?? [...new Set([...type.channels, ...(choiceOf(type, preferences.types)?.channels ?? [])])];
}

/**
 * Checks the user's channels, then digests, then quiet hours. Digests and quiet hours do not apply to urgent types and
 * to sockets.
 */
export function decide(
  type: DecidedType,
  channel: NotificationChannel,
  preferences: UserPreferences,
  now: Date,
): Decision {
  const choice = choiceOf(type, preferences.types);
  if (choice && !type.mandatory && declinedBy(choice).includes(channel))
    return { action: 'skip', reason: 'preference' };
  if (channel === 'websocket' || type.urgent) return { action: 'send' };
  const quiet = windowOf(preferences);
  const isQuiet = quiet !== null && isWithin(quiet, now);
  if (isQuiet && type.quietHours === 'drop') return { action: 'skip', reason: 'quiet_hours' };
  if (channel === 'email' && preferences.digest !== 'none') return digestDecision(preferences.digest, preferences, now);
  return isQuiet ? { action: 'delay', until: endOf(quiet, now) } : { action: 'send' };
}

/** When the next digest with this rhythm is sent. */
export function digestDue(
  rhythm: Exclude<DigestRhythm, 'none'>,
  preferences: Pick<UserPreferences, 'quietHours' | 'timeZone'>,
  now: Date,
): Date {
  const { timeZone } = preferences;
  const due = rhythm === 'hourly' ? nextHour(now, timeZone) : nextDailyHour(now, DAILY_DIGEST_HOUR, timeZone);
  const quiet = windowOf(preferences);
  return quiet ? endOf(quiet, due) : due;
}

function digestDecision(rhythm: Exclude<DigestRhythm, 'none'>, preferences: UserPreferences, now: Date): Decision {
  return { action: 'digest', rhythm, due: digestDue(rhythm, preferences, now) };
}

/** A type that is not in the registry uses the choice for `general`, because it also uses the defaults of `general`. */
export function choiceOf(
  { name, isKnown }: Pick<DecidedType, 'name' | 'isKnown'>,
  types: TypeChoices,
): TypeChoice | undefined {
  const own = Object.hasOwn(types, name) ? types[name] : undefined;
  return own ?? (isKnown ? undefined : types.general);
}

function windowOf({ quietHours, timeZone }: Pick<UserPreferences, 'quietHours' | 'timeZone'>): DailyWindow | null {
  if (!quietHours) return null;
  const { start, end, time_zone: own } = quietHours;
  return { start: minutesOf(start) ?? 0, end: minutesOf(end) ?? 0, timeZone: own ?? timeZone };
}
