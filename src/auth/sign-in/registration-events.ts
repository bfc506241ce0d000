import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/backend/transaction.js';
import type { User } from '../users/users.js';

/** `address`: the network address of the request. */
type RegistrationListener = (tx: Transaction, user: User, address: string) => Promise<void>;

/** Announces new accounts to higher rooms, inside the transaction that creates them. */
@Injectable()
export class RegistrationEvents {
  private readonly listeners: RegistrationListener[] = [];

  /** The listener stays registered until the application stops. */
  onRegistered(listener: RegistrationListener): void {
    this.listeners.push(listener);
  }

  /** Only `Registrations` calls this. */
  async registered(tx: Transaction, user: User, address: string): Promise<void> {
    for (const listener of this.listeners) await listener(tx, user, address);
  }
}
