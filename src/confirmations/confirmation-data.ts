import { Injectable } from '@nestjs/common';
import { eq, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { PersonalData } from '../auth/personal-data/personal-data.js';
import type { Transaction } from '../database/backend/transaction.js';
import { addressConfirmations } from './store/confirmations.table.js';

/** The confirmation messages to a user in the last day, for exports and deletions. */
@Injectable()
export class ConfirmationData {
  constructor(data: PersonalData) {
    data.register({ name: 'confirmation_messages', idType: 'uuid', rows, erase });
  }
}

function rows(userId: string): SQL {
  return sql`SELECT id, kind, address, requester, created_at FROM address_confirmations WHERE user_id = ${userId}`;
}

async function erase({ db }: Transaction, userId: string): Promise<void> {
  await db.delete(addressConfirmations).where(eq(addressConfirmations.userId, userId));
}
