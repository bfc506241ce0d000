import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/backend/transaction.js';

/** What the owner of an account should know of. */
export type SecurityEvent =
  /** A sign-in on a device that the account was not used on before; `address`: the network address. */
  | { readonly kind: 'new_device'; readonly address: string }
  /** A refresh token came again after its time, so its session was ended. */
  | { readonly kind: 'refresh_token_reused' };

type Listener = (tx: Transaction, userId: string, event: SecurityEvent) => Promise<void>;

/** Reports what happens to accounts to the rooms above this one, inside the transaction it happens in. */
@Injectable()
export class SecurityEvents {
  private readonly listeners: Listener[] = [];

  /** For the life of the application. */
  on(listener: Listener): void {
    this.listeners.push(listener);
  }

  /** For `auth` only. */
  async report(tx: Transaction, userId: string, event: SecurityEvent): Promise<void> {
    for (const listener of this.listeners) await listener(tx, userId, event);
  }
}
