import { isTimeZone } from '../../locale/time-zone.js';
import { languageTag } from '../../locale/language.js';
import { JobSettings } from './job-settings.js';
import { Flag, Ruled, Text } from '../values/variable.js';

/** Types of notifications, and the language and time zone of users who have not chosen any. */
export class NotificationSettings extends JobSettings {
  @Text({
    description:
      'Path of a JSON file that adds notification types and changes built-in ones; see ' +
      '[notification types](notifications.md#types-texts-and-languages).',
    absent: 'only the built-in types',
  })
  readonly notificationTypesFile?: string;

  @Flag({
    description:
      '`true`: reject notifications whose type is neither built in nor in `NOTIFICATION_TYPES_FILE`. `false`: accept any type.',
    default: 'false',
  })
  readonly notificationTypesStrict!: boolean;

  @Ruled((text) => languageTag(text) ?? text, (value) => languageTag(value) !== null, {
    description: 'The language of users who have not chosen one: a language tag (BCP 47).',
    default: 'en',
    mustBe: 'a language tag (BCP 47) such as de or pt-BR',
  })
  readonly defaultLanguage!: string;

  @Ruled((text) => text, isTimeZone, {
    description: 'The time zone of users who have not chosen one: an IANA name.',
    default: 'UTC',
    mustBe: 'an IANA time zone such as Europe/Berlin',
  })
  readonly defaultTimeZone!: string;
}
