import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/audit-log.js';
import type { Transaction } from '../../database/backend/transaction.js';
import { SecurityEvents } from '../sessions/security-events.js';
import { Sessions } from '../sessions/sessions.js';
import { Users } from '../users/users.js';
import { PasswordLinks } from './password-links.js';

interface NewPassword {
  readonly hash: string;
  /** The session that stays open; null: none. */
  readonly keep: string | null;
  /** The network address of the request. */
  readonly address: string;
}

/** Replaces the password of an account, ends its sessions, invalidates its password links, and alerts the user. */
@Injectable()
export class PasswordReplacement {
  constructor(
    private readonly users: Users,
    private readonly links: PasswordLinks,
    private readonly sessions: Sessions,
    private readonly events: SecurityEvents,
    private readonly audit: AuditLog,
  ) {}

  /** Runs in the caller's transaction. The first password of an account is not reported to the user. */
  async replace(tx: Transaction, userId: string, { hash, keep, address }: NewPassword): Promise<void> {
    const hadPassword = await this.users.setPassword(tx.db, userId, hash);
    await this.links.invalidate(tx.db, userId);
    await this.sessions.endAll(tx, userId, keep);
    const author = { userId, keyId: null, address };
    await this.audit.record(tx.db, { action: 'password_changed', author, target: { type: 'user', id: userId } });
    if (hadPassword) await this.events.report(tx, userId, { kind: 'password_changed', address });
  }
}
