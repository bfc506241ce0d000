import type { MessageValue } from '../../channel-layer/interface/message.js';

/** The channels that leave the house through somebody else's service. */
export const PROVIDER_CHANNELS = ['email', 'sms', 'push'] as const;
export type ProviderChannel = (typeof PROVIDER_CHANNELS)[number];

/** Whom a message is for. */
export interface Recipient {
  readonly userId: string;
  /** Empty when it is not known. */
  readonly name: string;
  readonly email: string | null;
  /** In E.164 form. */
  readonly phone: string | null;
  /** BCP 47. */
  readonly language: string;
}

/** What is sent, in the recipient's language already. */
export interface OutgoingMessage {
  readonly notificationId: string;
  readonly notificationType: string;
  readonly title: string;
  readonly text: string;
  /** Null: text only. */
  readonly html: string | null;
  readonly data: Readonly<Record<string, MessageValue>>;
  readonly urgent: boolean;
  /** One click on it ends this type on this channel (RFC 8058); null where that can't be had. */
  readonly unsubscribeUrl: string | null;
}

/** How one attempt ended. */
export type Outcome =
  /** Accepted by the provider, which knows it by `providerId`; null when it gave no name. */
  | { readonly status: 'sent'; readonly providerId: string | null }
  /** Nothing was sent and nothing will be; `reason` is a word such as `no_address`. */
  | { readonly status: 'skipped'; readonly reason: string }
  /** `retryAfterMs`: what the provider asked for; absent: as the retries go. */
  | { readonly status: 'failed'; readonly error: string; readonly retry: boolean; readonly retryAfterMs?: number };

/** One way out of the house: e-mail, SMS or push. Knows messages and people, and nothing of notifications. */
export abstract class DeliveryProvider {
  abstract readonly channel: ProviderChannel;

  /** Null when it is ready; else why it is off, in words an operator can act on ("SMTP_URL is not set"). */
  abstract readonly off: string | null;

  /**
   * Makes one attempt. `key` is the same on every attempt of one delivery: what a provider that knows idempotency keys is
   * given. Never throws for what a provider answers, or for one that does not answer.
   */
  abstract deliver(recipient: Recipient, message: OutgoingMessage, key: string): Promise<Outcome>;
}
