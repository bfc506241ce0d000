import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { RegistrationEvents } from '../auth/sign-in/registration-events.js';
import type { User } from '../auth/users/users.js';
import { addressKey } from '../client-address/address-key.js';
import { Settings } from '../config/settings.js';
import type { Transaction } from '../database/backend/transaction.js';
import { Providers } from '../providers/providers.js';
import { Confirmations } from './confirmations.js';

/** Sends the first confirmation e-mail at registration, so that clients need not request it. */
@Injectable()
export class WelcomeConfirmations implements OnModuleInit {
  constructor(
    private readonly settings: Settings,
    private readonly providers: Providers,
    private readonly registrations: RegistrationEvents,
    private readonly confirmations: Confirmations,
  ) {}

  onModuleInit(): void {
    this.registrations.onRegistered((tx, user, address) => this.welcome(tx, user, address));
  }

  /** If a limit is reached, the registration still succeeds: the user can request a message later. */
  private async welcome(tx: Transaction, { id: userId, email }: User, networkAddress: string): Promise<void> {
    if (!this.settings.notifications.confirmAddresses || email === null || this.providers.off('email') !== null) return;
    await this.confirmations.send(tx, { userId, address: email, requester: addressKey(networkAddress) }, 'email');
  }
}
