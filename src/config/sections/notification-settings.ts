import { languageTag } from '../../locale/language.js';
import { isTimeZone } from '../../locale/time-zone.js';
import { parseList } from '../values/parse.js';
import { Section } from '../declarations/section.js';
import { areSendLimits, parseSendLimit } from '../values/send-limit.js';
import type { SendLimit } from '../values/send-limit.js';
import { Flag, Ruled, Text } from '../declarations/variable.js';

const sendLimits = (text: string): unknown => (text === 'none' ? [] : parseList(text).map(parseSendLimit));

/** Notification types, defaults for users, and limits for what is sent to a user. */
@Section('Notifications')
export class NotificationSettings {
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

  @Flag({
    description:
      '`true`: e-mail and SMS are sent only to addresses and numbers that the user has confirmed; other deliveries are `skipped` with ' +
      'the reason `unconfirmed`. Use `false` if the accounts come from a trusted source.',
    default: 'true',
  })
  readonly confirmAddresses!: boolean;

  @Ruled(sendLimits, (value) => areSendLimits(value, ['email', 'sms', 'push']), {
    description:
      'The maximum number of notifications sent to one user on each channel per minute, hour or day: `sms:10/hour,email:100/day`. ' +
      'Further notifications are `skipped` with the reason `rate_limited`. `none`: no limit on any channel.',
    default: 'sms:10/hour,sms:30/day',
    mustBe: 'none, or a comma separated list such as sms:10/hour,email:100/day (email, sms, push; minute, hour, day)',
  })
  readonly sendLimits!: readonly SendLimit[];

  @Ruled(sendLimits, (value) => areSendLimits(value), {
    description:
      'The maximum number of notifications of one type sent to one user on each channel: `offers:2/day,order_update:20/hour`.',
    absent: 'no limit by type',
    default: '',
    mustBe: 'a comma separated list of notification types and limits such as offers:2/day,order_update:20/hour',
  })
  readonly typeSendLimits!: readonly SendLimit[];
}
