import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/audit-log.js';
import { Database } from '../../database/database.js';
import type { Queryable } from '../../database/backend/transaction.js';
import type { User } from '../users/users.js';
import type { SignInClient } from './sign-in-client.decorator.js';

/** Records sign-ins, also failed ones, in the audit log. */
@Injectable()
export class SignInRecord {
  constructor(
    private readonly audit: AuditLog,
    private readonly database: Database,
  ) {}

  /** `db`: the transaction of the sign-in. */
  succeeded(db: Queryable, { id }: User, { address }: SignInClient): Promise<void> {
    const author = { userId: id, keyId: null, address };
    return this.audit.record(db, { action: 'signed_in', author, target: { type: 'user', id } });
  }

  /** The entry has the address of the login only if no account has it. LOGIN_ADDRESS_RATE bounds the number of entries. */
  failed(email: string, known: User | null, address: string): Promise<void> {
    return this.audit.record(this.database.db, {
      action: 'sign_in_failed',
      author: { userId: null, keyId: null, address },
      ...(known ? { target: { type: 'user', id: known.id } } : { details: { email } }),
    });
  }
}
