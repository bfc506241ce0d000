import { isTimeZone } from '../locale/time-zone.js';
import { languageTag } from '../locale/language.js';
import { JobSettings } from './job-settings.js';
import { Flag, Ruled, Text } from './variable.js';

/** Types of notifications, and how those are written to who never said. */
export class NotificationSettings extends JobSettings {
  /** JSON that adds types and changes known ones; see docs/notifications.md. */
  @Text()
  readonly notificationTypesFile?: string;

  /** Refuse notifications of types that are neither built in nor in the file. */
  @Flag({ default: 'false' })
  readonly notificationTypesStrict!: boolean;

  /** Language of users who have set none. */
  @Ruled((text) => languageTag(text) ?? text, (value) => languageTag(value) !== null, {
    default: 'en',
    wants: 'a language tag (BCP 47) such as de or pt-BR',
  })
  readonly defaultLanguage!: string;

  /** Time zone of users who have set none. */
  @Ruled((text) => text, isTimeZone, { default: 'UTC', wants: 'an IANA time zone such as Europe/Berlin' })
  readonly defaultTimeZone!: string;
}
