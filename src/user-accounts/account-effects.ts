import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import { authorOf } from '../auth/principal/actor.js';
import type { Actor } from '../auth/principal/actor.js';
import type { Role } from '../auth/principal/principal.js';
import { UserEvents } from '../auth/users/user-events.js';
import { Sessions } from '../auth/sessions/sessions.js';
import type { Transaction } from '../database/backend/transaction.js';
import { SocketCloser } from '../realtime/socket-closer.js';

interface AccountState {
  readonly name: string;
  readonly role: Role;
  readonly disabled: boolean;
}

/** What follows from a change of an account, in the same transaction: ended sessions, checked sockets, an entry of the audit log. */
@Injectable()
export class AccountEffects {
  constructor(
    private readonly sessions: Sessions,
    private readonly sockets: SocketCloser,
    private readonly audit: AuditLog,
    private readonly events: UserEvents,
  ) {}

  async created(tx: Transaction, actor: Actor, id: string, role: Role): Promise<void> {
    const target = { type: 'user', id } as const;
    await this.audit.record(tx.db, { action: 'user_created', author: authorOf(actor), target, details: { role } });
    await this.events.report(tx, id, 'created');
  }

  async changed(tx: Transaction, actor: Actor, id: string, before: AccountState, after: AccountState): Promise<void> {
    const members = (['name', 'role', 'disabled'] as const).filter((member) => before[member] !== after[member]);
    if (members.length === 0) return;
    // Enabling the user again must not revive sessions that may be in the wrong hands.
    if (after.disabled && !before.disabled) await this.sessions.endAll(tx, id, null);
    if (members.includes('role') || members.includes('disabled')) this.sockets.checkAccess(tx, id);
    // Names are personal data, which must not outlive the account.
    const details = Object.fromEntries(
      members.map((member) => [member, member === 'name' ? 'changed' : after[member]]),
    );
    const target = { type: 'user', id } as const;
    await this.audit.record(tx.db, { action: 'user_changed', author: authorOf(actor), target, details });
    await this.events.report(tx, id, 'changed');
  }
}
