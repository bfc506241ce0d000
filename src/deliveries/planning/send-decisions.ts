import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { NotificationTypes } from '../../notification-types/types/notification-types.js';
import { Preferences } from '../../preferences/preferences.js';
import type { UserPreferences } from '../../preferences/user-preferences.js';
import type { ProviderChannel } from '../../providers/provider/delivery-provider.js';
import { Providers } from '../../providers/providers.js';
import { REASONS } from '../record/delivery.js';

/** What happens to a delivery whose job has begun. */
export type SendDecision =
  | { readonly kind: 'send' }
  | { readonly kind: 'skip'; readonly reason: string }
  /** `reason`: what it waits for, quiet hours or a digest. */
  | { readonly kind: 'wait'; readonly reason: string; readonly until: Date };

/** What is known of a delivery when it is about to be sent. */
export interface Sendable {
  readonly channel: ProviderChannel;
  readonly escalation: boolean;
  readonly notification: { readonly type: string; readonly isRead: boolean; readonly isDeleted: boolean };
  readonly user: {
    readonly email: string | null;
    readonly phone: string | null;
    readonly emailConfirmed: boolean;
    readonly phoneConfirmed: boolean;
    readonly disabled: boolean;
  };
  /** As they are now. */
  readonly preferences: UserPreferences;
}

const SEND: SendDecision = { kind: 'send' };

/**
 * Decides at the moment of sending, for every channel, whether a delivery still goes out: between its planning and its job the
 * user may have read or deleted the notification, unsubscribed, or set quiet hours. The only place that decides this.
 */
@Injectable()
export class SendDecisions {
  constructor(
    private readonly settings: Settings,
    private readonly providers: Providers,
    private readonly types: NotificationTypes,
    private readonly preferences: Preferences,
  ) {}

  /** `isDigest`: it is in a digest that is due, so it does not wait for one. */
  decide(delivery: Sendable, now: Date, { isDigest = false } = {}): SendDecision {
    const reason = this.reasonToSkip(delivery);
    if (reason !== null) return { kind: 'skip', reason };
    const { channel, escalation, notification } = delivery;
    const preferences =
      isDigest || escalation ? { ...delivery.preferences, digest: 'none' as const } : delivery.preferences;
    const decision = this.preferences.decide(notification.type, channel, preferences, now);
    switch (decision.action) {
      case 'skip':
        return { kind: 'skip', reason: decision.reason };
      case 'delay':
        return { kind: 'wait', reason: REASONS.quietHours, until: decision.until };
      case 'digest':
        return { kind: 'wait', reason: REASONS.digest, until: decision.due };
      case 'send':
        return this.isConfirmed(delivery) ? SEND : { kind: 'skip', reason: REASONS.unconfirmed };
    }
  }

  private reasonToSkip({ channel, escalation, notification, user }: Sendable): string | null {
    if (user.disabled) return REASONS.userDisabled;
    // Whoever took over an account must not stop its security alerts by reading them first.
    if (escalation || !this.types.get(notification.type).urgent) {
      if (notification.isDeleted) return REASONS.deleted;
      if (notification.isRead) return REASONS.read;
    }
    return this.providers.get(channel) === null ? REASONS.channelOff : null;
  }

  /** A user without an address has nothing to confirm. */
  private isConfirmed({ channel, user }: Sendable): boolean {
    if (!this.settings.confirmAddresses) return true;
    switch (channel) {
      case 'email':
        return user.email === null || user.emailConfirmed;
      case 'sms':
        return user.phone === null || user.phoneConfirmed;
      case 'push':
        return true;
    }
  }
}
