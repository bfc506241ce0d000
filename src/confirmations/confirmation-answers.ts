import { Injectable } from '@nestjs/common';
import { Users } from '../auth/users/users.js';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/backend/transaction.js';
import { ServiceError } from '../errors/error/service-error.js';
import type { AddressKind } from './store/address-kind.js';
import { ConfirmationTokens } from './messages/confirmation-tokens.js';
import { ConfirmationsRepository } from './store/confirmations.repository.js';
import type { Confirmation } from './store/confirmations.repository.js';

/** Checks codes and links from users. */
@Injectable()
export class ConfirmationAnswers {
  constructor(
    private readonly database: Database,
    private readonly users: Users,
    private readonly tokens: ConfirmationTokens,
    private readonly repository: ConfirmationsRepository,
  ) {}

  /** Throws unprocessable with the same message for all reasons: wrong code, too many wrong codes, code expired, address changed. */
  async byCode(userId: string, kind: AddressKind, code: string): Promise<void> {
    const isConfirmed = await this.database.transaction(async (tx) => {
      const confirmation = await this.repository.latest(tx.db, userId, kind);
      if (!confirmation) return false;
      if (this.tokens.isCodeOf(confirmation.id, code)) return this.confirm(tx, confirmation);
      await this.repository.countFailure(tx.db, confirmation.id);
      return false;
    });
    if (isConfirmed) return;
    const detail = 'is wrong, has expired, or was tried too often; request a new one';
    throw new ServiceError('unprocessable', `The code ${detail}.`, { errors: [{ pointer: '#/code', detail }] });
  }

  /** The confirmation of a link, with the language of its user. Throws not_found with the same message for all reasons. */
  async find(token: string): Promise<Confirmation & { readonly language: string | null }> {
    const id = this.tokens.idOf(token);
    const confirmation = id === null ? null : await this.repository.find(this.database.db, id);
    const user = confirmation && (await this.users.find(confirmation.userId));
    if (!confirmation || user?.[confirmation.kind] !== confirmation.address) throw invalidLink();
    return { ...confirmation, language: user.language };
  }

  /** Confirming again changes nothing. Throws not_found. */
  async byLink(confirmation: Confirmation): Promise<void> {
    if (!(await this.database.transaction((tx) => this.confirm(tx, confirmation)))) throw invalidLink();
  }

  private async confirm(tx: Transaction, { userId, kind, address }: Confirmation): Promise<boolean> {
    const confirmed = kind === 'email' ? { email: address } : { phone: address };
    if (!(await this.users.confirm(tx.db, userId, confirmed))) return false;
    await this.repository.end(tx.db, userId, kind);
    return true;
  }
}

function invalidLink(): ServiceError {
  return new ServiceError('not_found', 'This link is invalid or has expired.');
}
