import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { stringifyExact } from '../../exact-json/exact-json.js';
import type { OutgoingMessage } from '../provider/delivery-provider.js';
import { askProvider, giveUp, ProviderFailure, retryAfterMs, retryLater } from '../provider/provider-request.js';
import type { ProviderAnswer } from '../provider/provider-request.js';
import type { DeviceOutcome } from './push-outcome.js';
import { pushPayload } from './push-payload.js';
import { Vapid } from './vapid.js';
import { encryptForBrowser, MAX_PLAIN_BYTES } from './web-push-encryption.js';
import type { SubscriptionKeys } from './web-push-encryption.js';

/** Four weeks, in seconds: the maximum that push services store messages, and the default of FCM. */
const TTL_SECONDS = 2_419_200;

/** A browser's push subscription. */
export interface Subscription extends SubscriptionKeys {
  readonly endpoint: string;
}

/** Sends push messages to browsers (RFC 8030), encrypted for each of them (RFC 8291) and signed with the VAPID key (RFC 8292). */
@Injectable()
export class WebPush {
  readonly off: string | null;
  /** The public key that browsers subscribe with; null while Web Push is off. */
  readonly publicKey: string | null;
  private readonly vapid: Vapid | null;

  constructor({ providers: { vapidPublicKey, vapidPrivateKey, vapidSubject } }: Settings) {
    const isOn = vapidPublicKey !== undefined && vapidPrivateKey !== undefined && vapidSubject !== undefined;
    this.off = isOn ? null : 'VAPID_PUBLIC_KEY is not set';
    this.publicKey = isOn ? vapidPublicKey.replace('=', '') : null;
    this.vapid = isOn ? new Vapid(vapidPrivateKey, vapidSubject) : null;
  }

  /** Sends to one browser. */
  async send(subscription: Subscription, message: OutgoingMessage): Promise<DeviceOutcome> {
    if (!this.vapid) return giveUp(String(this.off));
    const { endpoint } = subscription;
    const payload = pushPayload(message, MAX_PLAIN_BYTES, (candidate) => stringifyExact(candidate));
    const headers = {
      authorization: await this.vapid.authorization(new URL(endpoint).origin),
      'content-encoding': 'aes128gcm',
      'content-type': 'application/octet-stream',
      ttl: String(TTL_SECONDS),
      urgency: message.urgent ? 'high' : 'normal',
      // A message with the same topic replaces the one that is still waiting at the service, so a second attempt does not send a
      // second message.
      topic: topicOf(message.notificationId),
    };
    try {
      const body = encryptForBrowser(Buffer.from(stringifyExact(payload)), subscription);
      return outcomeOf(await askProvider(endpoint, { headers, body }), endpoint);
    } catch (error) {
      if (error instanceof ProviderFailure) return error.outcome;
      throw error;
    }
  }
}

/** A topic has at most 32 characters of base64url (RFC 8030, section 5.4), the number of digits of a UUID. */
function topicOf(notificationId: string): string {
  const digits = notificationId.replaceAll('-', '');
  return /^[0-9a-f]{32}$/.test(digits)
    ? digits
    : createHash('sha256').update(notificationId).digest('base64url').slice(0, 32);
}

function outcomeOf(answer: ProviderAnswer, endpoint: string): DeviceOutcome {
  const { status, headers, text } = answer;
  if (status === 200 || status === 201 || status === 202)
    return { status: 'sent', providerId: headers.get('location') };
  if (status === 404 || status === 410) return { status: 'gone' };
  const reason = text.replace(/\s+/g, ' ').trim().slice(0, 200);
  const error = `${new URL(endpoint).host} answered ${status}${reason === '' ? '' : `: ${reason}`}`;
  return status >= 500 || status === 429 ? retryLater(error, retryAfterMs(answer)) : giveUp(error);
}
