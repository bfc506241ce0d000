import { Injectable } from '@nestjs/common';
import { eq, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { PersonalData } from '../auth/personal-data/personal-data.js';
import type { Transaction } from '../database/backend/transaction.js';
import { deliveries } from './record/deliveries.table.js';

/** The deliveries to a user, for exports and deletions. */
@Injectable()
export class DeliveryData {
  constructor(data: PersonalData) {
    data.register({ name: 'deliveries', idType: 'text', rows, erase });
  }
}

function rows(userId: string): SQL {
  return sql`SELECT notification_id || ' ' || channel AS id, status, reason, attempts, created_at, updated_at
             FROM deliveries WHERE user_id = ${userId}`;
}

/** Deliveries of the user's own notifications are deleted with them; this deletes those of broadcasts. */
async function erase({ db }: Transaction, userId: string): Promise<void> {
  await db.delete(deliveries).where(eq(deliveries.userId, userId));
}
