import type { MessageValue } from '../../channel-layer/interface/message.js';

/** The channels that are served by external providers. */
export const PROVIDER_CHANNELS = ['email', 'sms', 'push'] as const;
export type ProviderChannel = (typeof PROVIDER_CHANNELS)[number];

/** The recipient of a message. */
export interface Recipient {
  readonly userId: string;
  /** Empty if unknown. */
  readonly name: string;
  readonly email: string | null;
  /** In E.164 format. */
  readonly phone: string | null;
  /** BCP 47. */
  readonly language: string;
}

/** The message to send, already in the recipient's language. */
export interface OutgoingMessage {
  readonly notificationId: string;
  readonly notificationType: string;
  readonly title: string;
  readonly text: string;
  /** Null: text only. */
  readonly html: string | null;
  readonly data: Readonly<Record<string, MessageValue>>;
  readonly urgent: boolean;
  /** One-click link that unsubscribes from this type on this channel (RFC 8058). Null if there is no such link. */
  readonly unsubscribeUrl: string | null;
}

/** The outcome of one attempt. */
export type Outcome =
  /** Accepted by the provider. `providerId`: the provider's id of the message; null if it gave none. */
  | { readonly status: 'sent'; readonly providerId: string | null }
  /** Nothing was sent, and the delivery is not retried. `reason` is a word such as `no_address`. */
  | { readonly status: 'skipped'; readonly reason: string }
  /** `retryAfterMs`: the delay that the provider requested; absent: the usual delay between retries. */
  | { readonly status: 'failed'; readonly error: string; readonly retry: boolean; readonly retryAfterMs?: number };

/** An external channel: e-mail, SMS or push. Providers send messages to recipients and do not depend on notifications. */
export abstract class DeliveryProvider {
  abstract readonly channel: ProviderChannel;

  /** Null if the provider is ready, otherwise why it is off, worded for operators ("SMTP_URL is not set"). */
  abstract readonly off: string | null;

  /**
   * Makes one attempt. `key` is the same on every attempt of one delivery, for providers with idempotency keys. Never throws
   * because of a provider's answer or a missing answer.
   */
  abstract deliver(recipient: Recipient, message: OutgoingMessage, key: string): Promise<Outcome>;
}
