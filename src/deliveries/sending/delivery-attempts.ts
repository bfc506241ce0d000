import { Injectable } from '@nestjs/common';
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

/** What goes to a provider. */
export interface Attempt {
  readonly recipient: Recipient;
  readonly message: OutgoingMessage;
  /** The same on every attempt. */
  readonly key: string;
  /** Limits count by it: as the request named it, known or not. */
  readonly notificationType: string;
  readonly isFirst: boolean;
}

/** One attempt at a delivery: in the words of its channel to the provider, within the limits of sending. */
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

  /** The first attempt counts towards the limits of sending; where nothing left the house, that is taken back. */
  async send(provider: DeliveryProvider, attempt: Attempt): Promise<Outcome> {
    const { recipient, message, key, notificationType, isFirst } = attempt;
    const counted = { userId: recipient.userId, channel: provider.channel, notificationType };
    if (isFirst && !(await this.limits.admit(counted))) return { status: 'skipped', reason: REASONS.rateLimited };
    const outcome = await provider.deliver(recipient, message, key);
    if (isFirst && outcome.status === 'skipped') await this.limits.release(counted);
    return outcome;
  }
}
