import { Injectable } from '@nestjs/common';
import type { SQL } from 'drizzle-orm';
import type { Queryable, Transaction } from '../../database/backend/transaction.js';

/** A kind of personal data that a room stores. */
export interface PersonalDataKind {
  /** The member of the export, such as `orders`. */
  readonly name: string;
  /** Selects the rows of the user for the export. The column `id` is unique. */
  readonly rows: (userId: string) => SQL;
  /** The type of the column `id` in PostgreSQL. */
  readonly idType: 'uuid' | 'text' | 'bigint';
  /** Why the account cannot be deleted at present, worded for its user; null: it can be. */
  obstacle?(db: Queryable, userId: string): Promise<string | null>;
  /**
   * Deletes or blanks what the user has left here, in the transaction that deletes the account. Absent: the data is kept, or is
   * deleted with other data.
   */
  erase?(tx: Transaction, userId: string): Promise<void>;
}

/** The personal data of all rooms. Each room registers its kinds when it is created. */
@Injectable()
export class PersonalData {
  private readonly registered: PersonalDataKind[] = [];

  get kinds(): readonly PersonalDataKind[] {
    return this.registered;
  }

  register(...kinds: readonly PersonalDataKind[]): void {
    this.registered.push(...kinds);
  }
}
