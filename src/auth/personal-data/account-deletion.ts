import { Injectable } from '@nestjs/common';
import { eq } from 'drizzle-orm';
import { AuditLog } from '../../audit/audit-log.js';
import { Database } from '../../database/database.js';
import type { Transaction } from '../../database/backend/transaction.js';
import { ServiceError } from '../../errors/error/service-error.js';
import { authorOf } from '../principal/actor.js';
import type { Principal } from '../principal/principal.js';
import { Sessions } from '../sessions/sessions.js';
import type { SignInClient } from '../sign-in/sign-in-client.decorator.js';
import { lockAdministrators } from '../users/administrators.js';
import { users } from '../users/users.table.js';
import { UserEvents } from '../users/user-events.js';
import { OwnPassword } from '../password-changes/own-password.js';
import { PersonalData } from './personal-data.js';

/** Deletes accounts. The row of the user stays without personal data, because orders of other people refer to it. */
@Injectable()
export class AccountDeletion {
  constructor(
    private readonly database: Database,
    private readonly password: OwnPassword,
    private readonly sessions: Sessions,
    private readonly data: PersonalData,
    private readonly audit: AuditLog,
    private readonly events: UserEvents,
  ) {}

  /**
   * Ends all sessions; sockets are closed. Throws unprocessable for a wrong password, rate_limited like a login, and conflict if
   * something prevents the deletion, such as an open order. A user of an outside issuer has no password.
   */
  async delete(principal: Principal, password: string | undefined, client: SignInClient): Promise<void> {
    if (principal.sessionId !== null) await this.password.require(principal, password ?? '', client, '#/password');
    const { userId } = principal;
    await this.database.transaction(async (tx) => {
      // Administrators are locked first, in the same order by all transactions, so that they do not deadlock.
      if (principal.role === 'admin') await requireAnotherAdmin(tx, userId);
      await tx.db.select({ id: users.id }).from(users).where(eq(users.id, userId)).for('update');
      await this.requireNoObstacle(tx, userId);
      await this.sessions.endAll(tx, userId, null);
      for (const kind of this.data.kinds) await kind.erase?.(tx, userId);
      await tx.db.update(users).set(BLANK).where(eq(users.id, userId));
      const target = { type: 'user', id: userId } as const;
      await this.audit.record(tx.db, { action: 'user_deleted', author: authorOf(principal), target });
      await this.events.report(tx, userId, 'deleted');
    });
  }

  private async requireNoObstacle(tx: Transaction, userId: string): Promise<void> {
    for (const kind of this.data.kinds) {
      const obstacle = await kind.obstacle?.(tx.db, userId);
      if (obstacle) throw new ServiceError('conflict', obstacle);
    }
  }
}

const BLANK = {
  email: null,
  emailKey: null,
  name: '',
  passwordHash: null,
  phone: null,
  language: null,
  timeZone: null,
  emailConfirmedAt: null,
  phoneConfirmedAt: null,
  disabled: true,
};

async function requireAnotherAdmin(tx: Transaction, userId: string): Promise<void> {
  const admins = await lockAdministrators(tx.db);
  if (admins.every((id) => id === userId)) throw new ServiceError('conflict', 'You are the only administrator.');
}
