import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/backend/transaction.js';

export type UserEvent = 'created' | 'changed' | 'deleted';

type Listener = (tx: Transaction, userId: string, event: UserEvent) => Promise<void>;

/**
 * Reports created, changed and deleted accounts to higher rooms, inside the transaction of the change. Users that are created from
 * tokens of an outside issuer are not reported.
 */
@Injectable()
export class UserEvents {
  private readonly listeners: Listener[] = [];

  /** The listener stays registered until the application stops. */
  on(listener: Listener): void {
    this.listeners.push(listener);
  }

  async report(tx: Transaction, userId: string, event: UserEvent): Promise<void> {
    for (const listener of this.listeners) await listener(tx, userId, event);
  }
}
