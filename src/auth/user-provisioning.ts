import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../database/database.js';
import { emailKey } from './email-key.js';
import type { OutsideIdentity } from './outside-identity.js';
import { users } from './users.table.js';

/** JWT_PROVISION_USERS: makes a user of the claims of an outside token. */
@Injectable()
export class UserProvisioning {
  private readonly logger = new Logger(UserProvisioning.name);

  constructor(private readonly database: Database) {}

  /**
   * Creates the user unless it is there. Any number of nodes may do so at once. An e-mail address that somebody else has
   * is left out: it must not join two accounts, and must not keep the user out either.
   */
  async create({ userId, email, emailConfirmed, name, role }: OutsideIdentity): Promise<void> {
    const emailConfirmedAt = email !== null && emailConfirmed ? new Date() : null;
    if (await this.insert({ id: userId, email, emailConfirmedAt, name, role })) return;
    if (await this.insert({ id: userId, email: null, name, role })) {
      this.logger.warn(`User ${userId} of an outside issuer has the e-mail address of another user here; left out`);
    }
  }

  /** False when the id or the address is taken. */
  private async insert(user: typeof users.$inferInsert): Promise<boolean> {
    const key = typeof user.email === 'string' ? emailKey(user.email) : null;
    const values = { ...user, emailKey: key };
    const made = await this.database.db.insert(users).values(values).onConflictDoNothing().returning({ id: users.id });
    return made.length > 0;
  }
}
