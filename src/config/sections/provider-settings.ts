import { Section } from '../declarations/section.js';
import { isServiceAccount, parseServiceAccount } from '../values/service-account.js';
import type { ServiceAccount } from '../values/service-account.js';
import { isSmtpUrl } from '../values/smtp-url.js';
import { isVapidPrivateKey, isVapidPublicKey } from '../values/vapid-keys.js';
import { List, Ruled, Text, UrlWith } from '../declarations/variable.js';

/** The providers of e-mail, SMS and push. */
@Section(
  'E-mail, SMS and push',
  'A channel without its settings is off: its deliveries are `skipped`, and `realtime/info/` and the preferences of users say so.',
)
export class ProviderSettings {
  @Ruled((text) => text, isSmtpUrl, {
    description:
      'The mail server: `smtp://user:password@host:587`, or `smtps://` for TLS from the first byte. In production, mail is sent only ' +
      'after STARTTLS unless the host is this machine; `?tls=opportunistic` also sends without STARTTLS, and `?tls=required` demands ' +
      'it outside production too. See [E-mail](notifications.md#e-mail).',
    absent: 'e-mail is off',
    mustBe: 'a URL starting with smtp:// or smtps://, with ?tls=required or ?tls=opportunistic if it has tls',
    secret: true,
  })
  readonly smtpUrl?: string;

  @Text({
    description: 'The sender of e-mails: `Tidings <tidings@example.com>`. Required with `SMTP_URL` in production.',
    absent: 'outside production `Tidings <tidings@localhost>`',
    pattern: /^[^\r\n]*@[^\r\n]+$/,
    mustBe: 'an e-mail address',
  })
  readonly emailFrom?: string;

  @Text({
    description: 'The Twilio account that sends SMS. Set it together with `TWILIO_AUTH_TOKEN` and `TWILIO_FROM`.',
    absent: 'SMS is off',
    pattern: /^AC[0-9a-fA-F]{32}$/,
    mustBe: 'AC and 32 hexadecimal digits',
  })
  readonly twilioAccountSid?: string;

  @Text({ description: 'The auth token of the Twilio account.', absent: 'SMS is off', secret: true })
  readonly twilioAuthToken?: string;

  @Text({
    description:
      'The sender of SMS: a phone number (`+14155550100`), a sender id of up to 11 letters, or a messaging service (`MG...`).',
    absent: 'SMS is off',
    pattern: /^(\+[1-9]\d{4,14}|MG[0-9a-fA-F]{32}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/,
    mustBe: 'a phone number such as +14155550100, a sender id of up to 11 letters, or a messaging service (MG...)',
  })
  readonly twilioFrom?: string;

  @List({
    description:
      'Prefixes of the phone numbers that may receive SMS, for example `+49,+43`; `*` permits all. Required in production if SMS ' +
      'is on.',
    absent: 'outside production, all numbers are permitted',
    default: '',
    pattern: /^(\*|\+[1-9]\d{0,14})$/,
    of: 'prefixes such as +49, +43 or *',
  })
  readonly smsPrefixes!: readonly string[];

  @UrlWith(['http', 'https'], {
    isBase: true,
    description: "The base URL of another server with Twilio's API, for tests.",
    absent: 'Twilio itself',
  })
  readonly twilioBaseUrl?: string;

  @Ruled(parseServiceAccount, isServiceAccount, {
    description:
      'The Google service account that sends push messages to phones through FCM: its JSON on one line, or the path of the file.',
    absent: 'push to phones is off',
    mustBe: 'the JSON of a Google service account, or the path of its file',
    secret: true,
  })
  readonly fcmServiceAccount?: ServiceAccount;

  @UrlWith(['http', 'https'], {
    isBase: true,
    description: 'The base URL of another server with the API of FCM HTTP v1, for tests.',
    absent: 'FCM itself',
  })
  readonly fcmBaseUrl?: string;

  @Ruled((text) => text, isVapidPublicKey, {
    description:
      'The VAPID public key with which browsers subscribe to Web Push. Set it together with `VAPID_PRIVATE_KEY` and `VAPID_SUBJECT`.',
    absent: 'push to browsers is off',
    mustBe: 'a public key of P-256, 65 bytes in base64url',
  })
  readonly vapidPublicKey?: string;

  @Ruled((text) => text, isVapidPrivateKey, {
    description: 'The private key that belongs to `VAPID_PUBLIC_KEY`.',
    absent: 'push to browsers is off',
    mustBe: 'a private key of P-256, 32 bytes in base64url',
    secret: true,
  })
  readonly vapidPrivateKey?: string;

  @Text({
    description: 'The contact address for push services: `mailto:ops@example.com` or an `https://` page.',
    absent: 'push to browsers is off',
    pattern: /^(mailto:.+@.+|https:\/\/.+)$/,
    mustBe: 'a mailto: or https:// address',
  })
  readonly vapidSubject?: string;

  @List({
    // Clients choose the address to which the service sends requests, so it must not be an address in the internal network.
    description:
      'The hosts that Web Push subscriptions may name, in the form of `ALLOWED_HOSTS`. The scheme is https unless an entry names ' +
      'another one.',
    default: 'fcm.googleapis.com,.push.services.mozilla.com,.notify.windows.com,.push.apple.com',
    pattern: /^(https?:\/\/)?\.?[\p{L}\p{N}\p{M}_.-]+(:\d{1,5})?$/u,
    of: 'hosts such as push.example.com, .example.com or http://localhost:8080',
  })
  readonly webPushHosts!: readonly string[];
}
