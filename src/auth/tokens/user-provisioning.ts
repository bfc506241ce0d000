import { Injectable, Logger } from '@nestjs/common';
import { and, eq, isNull, lte, or } from 'drizzle-orm';
import { Database } from '../../database/database.js';
import { emailKey } from '../users/email-key.js';
import type { Identity } from '../users/identities.js';
import type { OutsideIdentity } from './outside-identity.js';
import { users } from '../users/users.table.js';

/** JWT_PROVISION_USERS: creates users from the claims of outside tokens. */
@Injectable()
export class UserProvisioning {
  private readonly logger = new Logger(UserProvisioning.name);

  constructor(private readonly database: Database) {}

  /**
   * Creates the user, or updates the role to the role that the issuer names now. Returns false if nothing changed. A token changes
   * nothing if a token issued later has already been applied, or if the account signs in here with a password.
   */
  async follow(outside: OutsideIdentity, identity: Identity | null): Promise<boolean> {
    if (!identity) {
      await this.create(outside);
      return true;
    }
    const { userId, role: issuerRole, issuedAt: issuerRoleAt } = outside;
    // An issuer that no longer names a role has withdrawn it. An issuer that never named one leaves roles to this service.
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
   * Creates the user unless the user exists; several nodes may do so at once. An e-mail address that belongs to another
   * user is omitted: it must neither join two accounts nor prevent the user from signing in.
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

  /** Returns false if the id or the address is taken. */
  private async insert(user: typeof users.$inferInsert): Promise<boolean> {
    const key = typeof user.email === 'string' ? emailKey(user.email) : null;
    const values = { ...user, emailKey: key };
    const made = await this.database.db.insert(users).values(values).onConflictDoNothing().returning({ id: users.id });
    return made.length > 0;
  }
}
