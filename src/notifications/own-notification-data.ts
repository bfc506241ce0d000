import { Injectable } from '@nestjs/common';
import { eq, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { PersonalData } from '../auth/personal-data/personal-data.js';
import type { Transaction } from '../database/backend/transaction.js';
import {
  broadcastMarks,
  broadcastRanges,
  broadcastWatermarks,
  inboxes,
  notifications,
} from './notification/notifications.table.js';

/** The notifications of a user and the marks on broadcasts, for exports and deletions. */
@Injectable()
export class OwnNotificationData {
  constructor(data: PersonalData) {
    data.register({ name: 'notifications', idType: 'uuid', rows, erase });
  }
}

function rows(userId: string): SQL {
  return sql`SELECT id, notification_type, title, message, data, read_at, hidden_at, created_at
             FROM notifications WHERE user_id = ${userId}`;
}

async function erase({ db }: Transaction, userId: string): Promise<void> {
  await db.delete(notifications).where(eq(notifications.userId, userId));
  await db.delete(broadcastMarks).where(eq(broadcastMarks.userId, userId));
  // Triggers on the tables above write to these.
  await db.delete(broadcastRanges).where(eq(broadcastRanges.userId, userId));
  await db.delete(broadcastWatermarks).where(eq(broadcastWatermarks.userId, userId));
  await db.delete(inboxes).where(eq(inboxes.userId, userId));
}
