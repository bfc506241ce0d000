import { Injectable } from '@nestjs/common';
import { eq, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { PersonalData } from '../auth/personal-data/personal-data.js';
import type { Transaction } from '../database/backend/transaction.js';
import { notificationPreferences } from './preferences.table.js';

/** The preferences of a user, for exports and deletions. */
@Injectable()
export class PreferenceData {
  constructor(data: PersonalData) {
    data.register({ name: 'notification_preferences', idType: 'text', rows, erase });
  }
}

function rows(userId: string): SQL {
  return sql`SELECT user_id AS id, types, quiet_hours, digest, updated_at FROM notification_preferences WHERE user_id = ${userId}`;
}

async function erase({ db }: Transaction, userId: string): Promise<void> {
  await db.delete(notificationPreferences).where(eq(notificationPreferences.userId, userId));
}
