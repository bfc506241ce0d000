import { Injectable } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { Users } from '../auth/users/users.js';
import type { User } from '../auth/users/users.js';
import { addressKey } from '../client-address/address-key.js';
import { Settings } from '../config/settings.js';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/backend/transaction.js';
import { ServiceError } from '../errors/error/service-error.js';
import { Providers } from '../providers/providers.js';
import { mayReceiveSms } from '../providers/sms/sms-prefixes.js';
import { CHANNEL_OF, LIFE_SECONDS } from './store/address-kind.js';
import type { AddressKind } from './store/address-kind.js';
import { ConfirmationMessages } from './messages/confirmation-messages.js';
import { ConfirmationsRepository } from './store/confirmations.repository.js';
import type { Requested } from './store/confirmations.repository.js';

/** Asks users to confirm their addresses, with a message to the address. */
@Injectable()
export class Confirmations {
  constructor(
    private readonly settings: Settings,
    private readonly database: Database,
    private readonly users: Users,
    private readonly providers: Providers,
    private readonly repository: ConfirmationsRepository,
    private readonly messages: ConfirmationMessages,
  ) {}

  /**
   * Sends a code, by e-mail also a link, to the user's address. Returns the seconds for which they are valid. Throws conflict if
   * the address is already confirmed, unprocessable if the user has no address or the channel is off, and rate_limited.
   */
  async request(userId: string, kind: AddressKind, networkAddress: string): Promise<number> {
    await this.database.transaction(async (tx) => {
      const user = await this.users.find(userId, tx.db);
      const address = this.requireAddress(user, kind);
      const wait = await this.send(tx, { userId, address, requester: addressKey(networkAddress) }, kind);
      if (wait === 0) return;
      throw new ServiceError('rate_limited', `Too many confirmation messages. Try again in ${wait} seconds.`, {
        retryAfterSeconds: wait,
      });
    });
    return LIFE_SECONDS[kind];
  }

  /** Sends a message within the limits, in the caller's transaction. Returns the seconds to wait; 0: the message will be sent. */
  async send(tx: Transaction, requested: Requested, kind: AddressKind): Promise<number> {
    const wait = await this.repository.secondsToWait(tx.db, requested);
    if (wait > 0) return wait;
    const id = uuidv7();
    await this.repository.insert(tx.db, { id, kind, ...requested });
    await this.messages.enqueue(tx, id);
    return 0;
  }

  private requireAddress(user: User | null, kind: AddressKind): string {
    const address = kind === 'email' ? user?.email : user?.phone;
    const confirmedAt = kind === 'email' ? user?.emailConfirmedAt : user?.phoneConfirmedAt;
    const name = kind === 'email' ? 'e-mail address' : 'phone number';
    if (!address) throw new ServiceError('unprocessable', `The account has no ${name} to confirm.`);
    if (confirmedAt) throw new ServiceError('conflict', `This ${name} is already confirmed.`);
    const off = this.providers.off(CHANNEL_OF[kind]);
    if (off !== null) throw new ServiceError('unprocessable', `The ${CHANNEL_OF[kind]} channel is off: ${off}.`);
    if (kind === 'phone' && !mayReceiveSms(address, this.settings.providers.smsPrefixes)) {
      throw new ServiceError('unprocessable', 'This service does not send SMS to numbers with this prefix.');
    }
    return address;
  }
}
