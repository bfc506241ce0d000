import { Injectable } from '@nestjs/common';
import { eq } from 'drizzle-orm';
import type { Actor } from '../auth/principal/actor.js';
import type { Role } from '../auth/principal/principal.js';
import { lockAdministrators } from '../auth/users/administrators.js';
import { users } from '../auth/users/users.table.js';
import { Settings } from '../config/settings.js';
import type { Queryable } from '../database/backend/transaction.js';
import { ServiceError } from '../errors/error/service-error.js';

type StoredUser = typeof users.$inferSelect;

export interface AccountChange {
  readonly role: Role | undefined;
  readonly disabled: boolean | undefined;
}

/** Which changes of accounts are refused, so that an installation keeps an administrator, and keys do not become administrators. */
@Injectable()
export class AccountRules {
  constructor(private readonly settings: Settings) {}

  /** Throws forbidden if an API key would create, change or appoint an administrator. */
  requireMayManage(actor: Actor, roles: readonly (Role | undefined)[]): void {
    if (actor.kind === 'user' || !roles.includes('admin')) return;
    throw new ServiceError('forbidden', 'API keys cannot create or change administrators.');
  }

  /**
   * Locks and returns the account as it is before the change. Throws forbidden (see `requireMayManage`), and conflict if administrators would
   * disable or demote themselves or the last one, or if the identity provider determines the role.
   */
  async requireMayChange(
    db: Queryable,
    actor: Actor,
    id: string,
    { role, disabled }: AccountChange,
  ): Promise<StoredUser> {
    // All administrators are locked, so that two requests at once cannot remove the last two.
    const admins = await lockAdministrators(db);
    const [user] = await db.select().from(users).where(eq(users.id, id)).for('update');
    if (!user) throw new ServiceError('not_found', 'There is no such user.');
    this.requireMayManage(actor, [user.role, role]);
    this.requireOwnRole(user, role);
    const losesAdmin = disabled === true || (role !== undefined && role !== 'admin');
    if (!losesAdmin || !admins.includes(id)) return user;
    if (actor.kind === 'user' && actor.userId === id) {
      throw new ServiceError(
        'conflict',
        'You cannot disable yourself or give up your role. Another administrator can.',
      );
    }
    if (admins.length === 1) throw new ServiceError('conflict', 'This is the last administrator.');
    return user;
  }

  private requireOwnRole(user: StoredUser, role: Role | undefined): void {
    const isFollowed = this.settings.auth.jwtProvisionUsers && user.passwordHash === null && user.issuerRole !== null;
    if (!isFollowed || role === undefined || role === user.role) return;
    const detail = 'The identity provider determines the role of this user. Change it there.';
    throw new ServiceError('conflict', detail, { errors: [{ pointer: '#/role', detail }] });
  }
}
