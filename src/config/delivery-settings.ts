import { Text, UrlWith } from './variable.js';

/** The channels beside WebSocket. One without its settings is off: deliveries on it are skipped, info and preferences say so. */
export class DeliverySettings {
  /** `smtp://user:password@host:port`; `smtps` for TLS from the first byte. */
  @UrlWith(['smtp', 'smtps'], { secret: true })
  readonly smtpUrl?: string;

  @Text({ pattern: /^[^\r\n]*@[^\r\n]+$/, wants: 'an e-mail address' })
  readonly emailFrom?: string;

  @Text()
  readonly twilioAccountSid?: string;

  @Text({ secret: true })
  readonly twilioAuthToken?: string;

  /** Sender: a phone number in E.164 form or an alphanumeric sender id. */
  @Text()
  readonly twilioFrom?: string;

  /** Another server that speaks Twilio's API, for tests. */
  @UrlWith(['http', 'https'])
  readonly twilioBaseUrl?: string;

  /** Google service account: its JSON, or the path of the file. */
  @Text({ secret: true })
  readonly fcmServiceAccount?: string;

  /** Another server that speaks FCM HTTP v1, for tests. */
  @UrlWith(['http', 'https'])
  readonly fcmBaseUrl?: string;

  @Text()
  readonly vapidPublicKey?: string;

  @Text({ secret: true })
  readonly vapidPrivateKey?: string;

  /** Whom a push service may write to: `mailto:` or `https://`. */
  @Text({ pattern: /^(mailto:.+@.+|https:\/\/.+)$/, wants: 'a mailto: or https:// address' })
  readonly vapidSubject?: string;
}
