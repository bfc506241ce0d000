import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { NotificationTypes } from '../../notification-types/types/notification-types.js';
import { Preferences } from '../../preferences/preferences.js';
import type { UserPreferences } from '../../preferences/user-preferences.js';
import type { ProviderChannel } from '../../providers/provider/delivery-provider.js';
import { Providers } from '../../providers/providers.js';
import { REASONS } from '../record/delivery.js';

/** The decision about a delivery whose job has started. */
export type SendDecision =
  | { readonly kind: 'send' }
  | { readonly kind: 'skip'; readonly reason: string }
  /** `reason`: what the delivery waits for, quiet hours or a digest. */
  | { readonly kind: 'wait'; readonly reason: string; readonly until: Date };

/** The state of a delivery that is about to be sent. */
export interface Sendable {
  readonly channel: ProviderChannel;
  readonly escalation: boolean;
  readonly notification: {
    readonly type: string;
    readonly isRead: boolean;
    readonly isDeleted: boolean;
    readonly isArchived: boolean;
    readonly isRetracted: boolean;
    readonly isExpired: boolean;
  };
  readonly user: {
    readonly email: string | null;
    readonly phone: string | null;
    readonly emailConfirmed: boolean;
    readonly phoneConfirmed: boolean;
    readonly disabled: boolean;
  };
  /** The current preferences. */
  readonly preferences: UserPreferences;
}

const SEND: SendDecision = { kind: 'send' };

/**
 * Decides at the time of sending whether a delivery is still sent. Between planning and job, the user may have read or
 * deleted the notification, unsubscribed, or set quiet hours. No other code decides this, for any channel.
 */
@Injectable()
export class SendDecisions {
  constructor(
    private readonly settings: Settings,
    private readonly providers: Providers,
    private readonly types: NotificationTypes,
    private readonly preferences: Preferences,
  ) {}

  /** `isDigest`: the delivery belongs to a digest that is due, so it does not wait for a digest. */
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
    if (notification.isExpired) return REASONS.expired;
    if (notification.isRetracted) return REASONS.retracted;
    if (user.disabled) return REASONS.userDisabled;
    // A person who took over an account must not be able to stop its security alerts by reading them first.
    if (escalation || !this.types.get(notification.type).urgent) {
      if (notification.isDeleted) return notification.isArchived ? REASONS.archived : REASONS.deleted;
      if (notification.isRead) return REASONS.read;
    }
    return this.providers.get(channel) === null ? REASONS.channelOff : null;
  }

  /** A user without an address has nothing to confirm. */
  private isConfirmed({ channel, user }: Sendable): boolean {
    if (!this.settings.notifications.confirmAddresses) return true;
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
