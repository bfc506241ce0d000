import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/backend/transaction.js';
import type { User } from '../users/users.js';

/** `address`: the network address of the request. */
type RegistrationListener = (tx: Transaction, user: User, address: string) => Promise<void>;

/** Announces new accounts to the rooms above this one, inside the transaction that creates them. */
@Injectable()
export class RegistrationEvents {
  private readonly listeners: RegistrationListener[] = [];

  /** For the life of the application. */
  onRegistered(listener: RegistrationListener): void {
    this.listeners.push(listener);
  }

  /** For `Registrations` only. */
  async registered(tx: Transaction, user: User, address: string): Promise<void> {
    for (const listener of this.listeners) await listener(tx, user, address);
  }
}
