import { Injectable } from '@nestjs/common';
import type { User } from '../../auth/users/users.js';
import type {
  DeliveryProvider,
  Outcome,
  OutgoingMessage,
  Recipient,
} from '../../providers/provider/delivery-provider.js';
import { Providers } from '../../providers/providers.js';
import { SendLimits } from '../../providers/send-limits.js';
import { deliveryKey, REASONS } from '../record/delivery.js';
import type { LoadedDelivery } from './delivery-loader.js';
import { DeliveryMessages } from './delivery-messages.js';
import type { DigestItem } from './digest-items.js';

/** The input of an attempt. */
interface Attempt {
  readonly recipient: Recipient;
  readonly message: OutgoingMessage;
  /** The same on every attempt. */
  readonly key: string;
  /** The type for send limits: the requested type, whether or not it is in the registry. */
  readonly notificationType: string;
  readonly isFirst: boolean;
}

/** Makes one attempt at a delivery: renders the message for its channel, checks the send limits and calls the provider. */
@Injectable()
export class DeliveryAttempts {
  constructor(
    private readonly providers: Providers,
    private readonly messages: DeliveryMessages,
    private readonly limits: SendLimits,
  ) {}

  async make(delivery: LoadedDelivery, isFirst: boolean): Promise<Outcome> {
    const { channel, notification, user } = delivery;
    const provider = this.providers.get(channel);
    if (!provider) return { status: 'skipped', reason: REASONS.channelOff };
    const { recipient, message } = this.messages.compose(channel, delivery);
    const key = deliveryKey({ notificationId: notification.id, userId: user.id, channel });
    return this.send(provider, { recipient, message, key, notificationType: notification.type, isFirst });
  }

  /** Sends one e-mail with these notifications. It counts as one e-mail towards the send limits. */
  async makeDigest(digestId: string, items: readonly DigestItem[], user: User, isFirst: boolean): Promise<Outcome> {
    const provider = this.providers.get('email');
    if (!provider) return { status: 'skipped', reason: REASONS.channelOff };
    const composed = this.messages.composeDigest(digestId, items, user);
    const { notificationType } = composed.message;
    return this.send(provider, { ...composed, key: `digest.${digestId}.${user.id}`, notificationType, isFirst });
  }

  /** The first attempt counts towards the send limits. If nothing was sent, the count is reverted. */
  private async send(provider: DeliveryProvider, attempt: Attempt): Promise<Outcome> {
    const { recipient, message, key, notificationType, isFirst } = attempt;
    const counted = { userId: recipient.userId, channel: provider.channel, notificationType };
    if (isFirst && !(await this.limits.admit(counted))) return { status: 'skipped', reason: REASONS.rateLimited };
    const outcome = await provider.deliver(recipient, message, key);
    if (isFirst && outcome.status === 'skipped') await this.limits.release(counted);
    return outcome;
  }
}
