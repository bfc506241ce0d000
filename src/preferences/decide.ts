import { endOf, isWithin, minutesOf, nextDailyHour, nextHour } from '../locale/daily-window.js';
import type { DailyWindow } from '../locale/daily-window.js';
import type { NotificationChannel, NotificationType } from '../notification-types/types/notification-type.js';
import { DAILY_DIGEST_HOUR, declinedBy } from './user-preferences.js';
import type { DigestRhythm, TypeChoice, TypeChoices, UserPreferences } from './user-preferences.js';

/** What becomes of one notification on one channel. */
export type Decision =
  | { readonly action: 'send' }
  /** `until`: the end of the reader's quiet hours. */
  | { readonly action: 'delay'; readonly until: Date }
  /** `due`: when the digest goes out, after quiet hours. */
  | { readonly action: 'digest'; readonly rhythm: Exclude<DigestRhythm, 'none'>; readonly due: Date }
  | { readonly action: 'skip'; readonly reason: 'preference' | 'quiet_hours' };

/** What is known of the type here: whether it is in the registry decides whose choice counts. */
export interface DecidedType extends Pick<
  NotificationType,
  'name' | 'channels' | 'urgent' | 'mandatory' | 'quietHours'
> {
  readonly isKnown: boolean;
}

/**
 * The channels a notification is looked at for: those asked for, else those of its type and those the reader chose for it.
 * In the order of the reader's or the type's list.
 */
export function channelsFor(
  type: DecidedType,
  preferences: Pick<UserPreferences, 'types'>,
  requested: readonly NotificationChannel[] | undefined,
): readonly NotificationChannel[] {
  return requested ?? [...new Set([...type.channels, ...(choiceOf(type, preferences.types)?.channels ?? [])])];
}

/** Looks at the reader's channels, then digest, then quiet hours. Urgent types pass the last two; sockets know neither. */
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

/** When the next digest of this rhythm goes out. */
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

/** For a type that is not in the registry the choice for `general` counts, whose defaults it takes too. */
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
