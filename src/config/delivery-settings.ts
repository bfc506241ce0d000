import { NotificationSettings } from './notification-settings.js';
import { parseList } from './parse.js';
import { areSendLimits, parseSendLimit } from './send-limit.js';
import type { SendLimit } from './send-limit.js';
import { isServiceAccount, parseServiceAccount } from './service-account.js';
import type { ServiceAccount } from './service-account.js';
import { isVapidPrivateKey, isVapidPublicKey } from './vapid-keys.js';
import { Flag, List, Ruled, Text, UrlWith } from './variable.js';
import { isSmtpUrl } from './smtp-url.js';

const asText = (text: string): string => text;
const sendLimits = (text: string): unknown => (text === 'none' ? [] : parseList(text).map(parseSendLimit));

/** The channels beside WebSocket. One without its settings is off: deliveries on it are skipped, info and preferences say so. */
export class DeliverySettings extends NotificationSettings {
  /**
   * Whether e-mail and SMS go to confirmed addresses only; to others the delivery is skipped, `unconfirmed`. False where accounts
   * come from a trusted source.
   */
  @Flag({ default: 'true' })
  readonly confirmAddresses!: boolean;

  /**
   * `smtp://user:password@host:port`; `smtps` for TLS from the first byte. `?tls=required` sends nothing without STARTTLS,
   * `?tls=opportunistic` does. Default: required in production unless the host is this machine.
   */
  @Ruled(asText, isSmtpUrl, {
    wants: 'a URL starting with smtp:// or smtps://, with ?tls=required or ?tls=opportunistic if it has tls',
    secret: true,
  })
  readonly smtpUrl?: string;

  /** Default with SMTP_URL, outside production: `Tidings <tidings@localhost>`. */
  @Text({ pattern: /^[^\r\n]*@[^\r\n]+$/, wants: 'an e-mail address' })
  readonly emailFrom?: string;

  @Text({ pattern: /^AC[0-9a-fA-F]{32}$/, wants: 'AC and 32 hexadecimal digits' })
  readonly twilioAccountSid?: string;

  @Text({ secret: true })
  readonly twilioAuthToken?: string;

  /** Sender: a phone number in E.164 form, an alphanumeric sender id, or a messaging service (`MG...`), which has senders of its own. */
  @Text({
    pattern: /^(\+[1-9]\d{4,14}|MG[0-9a-fA-F]{32}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/,
    wants: 'a phone number such as +14155550100, a sender id of up to 11 letters, or a messaging service (MG...)',
  })
  readonly twilioFrom?: string;

  /** How the numbers begin that SMS may go to; `*`: all. Empty: all, but not in production. */
  @List({ default: '', pattern: /^(\*|\+[1-9]\d{0,14})$/, of: 'prefixes such as +49, +43 or *' })
  readonly smsPrefixes!: readonly string[];

  /** Another server that speaks Twilio's API, for tests. */
  @UrlWith(['http', 'https'])
  readonly twilioBaseUrl?: string;

  /** Google service account: its JSON, or the path of the file. */
  @Ruled(parseServiceAccount, isServiceAccount, {
    wants: 'the JSON of a Google service account, or the path of its file',
    secret: true,
  })
  readonly fcmServiceAccount?: ServiceAccount;

  /** Another server that speaks FCM HTTP v1, for tests. */
  @UrlWith(['http', 'https'])
  readonly fcmBaseUrl?: string;

  /** Signs what Web Push services get, and browsers subscribe with it. */
  @Ruled(asText, isVapidPublicKey, { wants: 'a public key of P-256, 65 bytes in base64url' })
  readonly vapidPublicKey?: string;

  @Ruled(asText, isVapidPrivateKey, { wants: 'a private key of P-256, 32 bytes in base64url', secret: true })
  readonly vapidPrivateKey?: string;

  /** Whom a push service may write to: `mailto:` or `https://`. */
  @Text({ pattern: /^(mailto:.+@.+|https:\/\/.+)$/, wants: 'a mailto: or https:// address' })
  readonly vapidSubject?: string;

  /**
   * Where Web Push subscriptions may point, in the form of ALLOWED_HOSTS; https unless said otherwise. Clients bring the address
   * that we then write to, so without a list they could make us knock at any door of our own network.
   */
  @List({
    default: 'fcm.googleapis.com,.push.services.mozilla.com,.notify.windows.com,.push.apple.com',
    pattern: /^(https?:\/\/)?\.?[^\s/:@*]+(:\d{1,5})?$/,
    of: 'hosts such as push.example.com, .example.com or http://localhost:8080',
  })
  readonly webPushHosts!: readonly string[];

  /** How much one user is sent on each of the channels beside WebSocket; what is over is skipped. `none`: no limit. */
  @Ruled(sendLimits, (value) => areSendLimits(value, ['email', 'sms', 'push']), {
    default: 'sms:10/hour,sms:30/day',
    wants: 'none, or a comma separated list such as sms:10/hour,email:100/day (email, sms, push; minute, hour, day)',
  })
  readonly sendLimits!: readonly SendLimit[];

  /** How much of one type one user is sent on each such channel. Empty: no limit. */
  @Ruled(sendLimits, (value) => areSendLimits(value), {
    default: '',
    wants: 'a comma separated list of notification types and limits such as offers:2/day,order_update:20/hour',
  })
  readonly typeSendLimits!: readonly SendLimit[];
}
