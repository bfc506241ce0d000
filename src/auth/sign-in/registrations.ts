import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.js';
import type { RegisterDto } from './auth.dto.js';
import { PasswordStrength } from '../passwords/password-strength.js';
import { RegistrationEvents } from './registration-events.js';
import { UserEvents } from '../users/user-events.js';
import { Users } from '../users/users.js';
import type { Credentials, User } from '../users/users.js';

/** Creates accounts that users register themselves. */
@Injectable()
export class Registrations {
  constructor(
    private readonly strength: PasswordStrength,
    private readonly users: Users,
    private readonly database: Database,
    private readonly events: RegistrationEvents,
    private readonly userEvents: UserEvents,
  ) {}

  /**
   * Creates the account; null if an earlier attempt of the same request has created it. Throws invalid_message for a weak password
   * and conflict for a taken address.
   */
  async register(request: IdempotentRequest | null, body: RegisterDto, address: string): Promise<Credentials | null> {
    const { email, password, name, role = 'customer' } = body;
    await this.strength.require(password, { email, name });
    const account = { email, password, name, role };
    const hash = await this.users.hashOf(account, address);
    let made = null as User | null;
    // The stored result is the id, because the tokens in the response must not be stored.
    await this.database.transaction(
      async (tx) => {
        made = await this.users.insert(tx.db, account, hash);
        await this.events.registered(tx, made, address);
        await this.userEvents.report(tx, made.id, 'created');
        return made.id;
      },
      { once: request },
    );
    return made && { user: made, passwordHash: hash };
  }
}
