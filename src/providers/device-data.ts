import { Injectable } from '@nestjs/common';
import { eq, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { PersonalData } from '../auth/personal-data/personal-data.js';
import type { Transaction } from '../database/backend/transaction.js';
import { sendCounts } from './send-counts.table.js';
import { devices } from './devices/devices.table.js';

/** The devices of a user, for exports and deletions. */
@Injectable()
export class DeviceData {
  constructor(data: PersonalData) {
    data.register({ name: 'devices', idType: 'uuid', rows, erase });
  }
}

function rows(userId: string): SQL {
  return sql`SELECT id, kind, name, address, created_at, registered_at FROM devices WHERE user_id = ${userId}`;
}

async function erase({ db }: Transaction, userId: string): Promise<void> {
  await db.delete(devices).where(eq(devices.userId, userId));
  await db.delete(sendCounts).where(eq(sendCounts.userId, userId));
}
