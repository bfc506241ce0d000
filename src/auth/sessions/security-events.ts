import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/backend/transaction.js';

/** An event that the owner of the account is notified of. */
export type SecurityEvent =
  /** A sign-in on a device that the account had not used before. `address`: the network address. */
  | { readonly kind: 'new_device'; readonly address: string }
  /** The password was changed, with the current password or with a link. `address`: the network address. */
  | { readonly kind: 'password_changed'; readonly address: string }
  /** A refresh token was used again after the repeat period, so its session was ended. */
  | { readonly kind: 'refresh_token_reused' };

type Listener = (tx: Transaction, userId: string, event: SecurityEvent) => Promise<void>;

/** Reports security events of accounts to higher rooms, inside the transaction in which they occur. */
@Injectable()
export class SecurityEvents {
  private readonly listeners: Listener[] = [];

  /** The listener stays registered until the application stops. */
  on(listener: Listener): void {
    this.listeners.push(listener);
  }

  /** For `auth` only. */
  async report(tx: Transaction, userId: string, event: SecurityEvent): Promise<void> {
    for (const listener of this.listeners) await listener(tx, userId, event);
  }
}
