import { Injectable, Logger } from '@nestjs/common';
import { and, eq, isNull, lte, or } from 'drizzle-orm';
import { Database } from '../../database/database.js';
import { emailKey } from '../users/email-key.js';
import type { Identity } from '../users/identities.js';
import type { OutsideIdentity } from './outside-identity.js';
import { users } from '../users/users.table.js';

/** JWT_PROVISION_USERS: makes a user of the claims of an outside token. */
@Injectable()
export class UserProvisioning {
  private readonly logger = new Logger(UserProvisioning.name);

  constructor(private readonly database: Database) {}

  /**
   * Creates the user, or gives them the role that their issuer names now. False if nothing was to be done. A token issued before
   * one that was already followed changes nothing, nor do tokens for accounts that sign in here with a password.
   */
  async follow(outside: OutsideIdentity, identity: Identity | null): Promise<boolean> {
    if (!identity) {
      await this.create(outside);
      return true;
    }
    const { userId, role: issuerRole, issuedAt: issuerRoleAt } = outside;
    // An issuer that named a role and no longer does has taken it away; one that never did leaves roles to us.
    const role = issuerRole ?? (identity.issuerRole === null ? identity.role : 'customer');
    if (identity.isLocal || (role === identity.role && issuerRole === identity.issuerRole)) return false;
    const changed = await this.database.db
      .update(users)
      .set({ role, issuerRole, issuerRoleAt })
      .where(
        and(
          eq(users.id, userId),
          isNull(users.passwordHash),
          or(isNull(users.issuerRoleAt), lte(users.issuerRoleAt, issuerRoleAt)),
        ),
      )
      .returning({ id: users.id });
    return changed.length > 0;
  }

  /**
   * Creates the user unless it is there. Any number of nodes may do so at once. An e-mail address that somebody else has
   * is left out: it must not join two accounts, and must not keep the user out either.
   */
  private async create({ userId, email, emailConfirmed, name, role, issuedAt }: OutsideIdentity): Promise<void> {
    const emailConfirmedAt = email !== null && emailConfirmed ? new Date() : null;
    const roles = { role: role ?? 'customer', issuerRole: role, issuerRoleAt: role === null ? null : issuedAt };
    if (await this.insert({ id: userId, email, emailConfirmedAt, name, ...roles })) return;
    if (await this.insert({ id: userId, email: null, name, ...roles })) {
      this.logger.warn(
        `User ${userId} of an outside issuer has the e-mail address of another user; stored without the address`,
      );
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
