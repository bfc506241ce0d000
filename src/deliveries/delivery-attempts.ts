import { Injectable } from '@nestjs/common';
import type { Outcome, ProviderChannel } from '../providers/delivery-provider.js';
import { Providers } from '../providers/providers.js';
import { SendLimits } from '../providers/send-limits.js';
import { deliveryKey, REASONS } from './delivery.js';
import type { LoadedDelivery } from './delivery-loader.js';
import { DeliveryMessages } from './delivery-messages.js';

/** One attempt at a delivery: a last look whether it is still wanted, then to the provider. */
@Injectable()
export class DeliveryAttempts {
  constructor(
    private readonly providers: Providers,
    private readonly messages: DeliveryMessages,
    private readonly limits: SendLimits,
  ) {}

  /** The first attempt counts towards the limits of sending; where nothing left the house, that is taken back. */
  async make(channel: ProviderChannel, delivery: LoadedDelivery, isFirst: boolean): Promise<Outcome> {
    const { notification, user } = delivery;
    if (user.disabled) return { status: 'skipped', reason: REASONS.userDisabled };
    if (notification.isDeleted) return { status: 'skipped', reason: REASONS.deleted };
    const provider = this.providers.get(channel);
    if (!provider) return { status: 'skipped', reason: REASONS.channelOff };
    const { recipient, message } = this.messages.compose(channel, delivery);
    const key = deliveryKey({ notificationId: notification.id, userId: user.id, channel });
    const counted = { userId: user.id, channel, notificationType: notification.type };
    if (isFirst && !(await this.limits.admit(counted))) return { status: 'skipped', reason: REASONS.rateLimited };
    const outcome = await provider.deliver(recipient, message, key);
    if (isFirst && outcome.status === 'skipped') await this.limits.release(counted);
    return outcome;
  }
}
