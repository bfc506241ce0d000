import { Injectable } from '@nestjs/common';
import { isSameText } from '../../auth/signing/same-text.js';
import { SigningKey } from '../../auth/signing/signing-key.js';
import { publicBase } from '../../config/public-base.js';
import { Settings } from '../../config/settings.js';
import { PROVIDER_CHANNELS } from '../../providers/provider/delivery-provider.js';
import type { ProviderChannel } from '../../providers/provider/delivery-provider.js';

/** The subscription that a link ends: some types on one channel of one user. */
export interface Subscription {
  readonly userId: string;
  /** At least one. */
  readonly notificationTypes: readonly string[];
  readonly channel: ProviderChannel;
}

/** Length of the signature in bytes. 128 bits cannot be guessed. */
const SIGNATURE_BYTES = 16;

/**
 * Links that end a subscription without signing in (RFC 8058). A link contains the subscription and a signature. It never
 * expires, because an e-mail may be opened years later.
 */
@Injectable()
export class UnsubscribeLinks {
  constructor(
    private readonly settings: Settings,
    private readonly key: SigningKey,
  ) {}

  /** Null if the link could not be reached: in production without PUBLIC_URL. */
  url(subscription: Subscription): string | null {
    const base = publicBase(this.settings);
    return base === null ? null : `${base}/api/notifications/unsubscribe/${this.token(subscription)}/`;
  }

  /** Null for an invalid token. */
  read(token: string): Subscription | null {
    const [payload = ''] = token.split('.', 1);
    // Compare the whole token: decoding it in parts would ignore additional parts and characters outside the alphabet.
    if (!isSameText(token, this.signed(payload))) return null;
    const [userId, channel, ...notificationTypes] = JSON.parse(
      Buffer.from(payload, 'base64url').toString(),
    ) as string[];
    const known = PROVIDER_CHANNELS.find((each) => each === channel);
    return userId === undefined || known === undefined ? null : { userId, notificationTypes, channel: known };
  }

  private token({ userId, notificationTypes, channel }: Subscription): string {
    const payload = Buffer.from(JSON.stringify([userId, channel, ...notificationTypes])).toString('base64url');
    return this.signed(payload);
  }

  private signed(payload: string): string {
    const signature = this.key.sign('unsubscribe\n', payload).subarray(0, SIGNATURE_BYTES);
    return `${payload}.${signature.toString('base64url')}`;
  }
}
