import { Injectable } from '@nestjs/common';
import { eq, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { Transaction } from '../../database/backend/transaction.js';
import { knownDevices } from '../sessions/known-devices.table.js';
import { sessions } from '../sessions/sessions.table.js';
import { passwordLinks } from '../password-changes/password-links.table.js';
import { PersonalData } from './personal-data.js';

/** The account itself and its sessions, for exports and deletions. */
@Injectable()
export class SignInData {
  constructor(data: PersonalData) {
    data.register(
      { name: 'account', idType: 'text', rows: accountRow },
      { name: 'sessions', idType: 'text', rows: sessionRows, erase },
      { name: 'audit', idType: 'uuid', rows: auditRows },
    );
  }
}

function accountRow(userId: string): SQL {
  return sql`SELECT id, email, email_confirmed_at, name, role, phone, phone_confirmed_at, language, time_zone, created_at
             FROM users WHERE id = ${userId}`;
}

function sessionRows(userId: string): SQL {
  return sql`SELECT id, address, user_agent, created_at, last_seen_at, expires_at, revoked_at FROM sessions WHERE user_id = ${userId}`;
}

/**
 * Entries stay when the account is deleted: they must show what happened. They contain ids and addresses, but no names. Addresses of
 * other people, such as administrators, are not exported.
 */
function auditRows(userId: string): SQL {
  return sql`SELECT id, created_at, action, CASE WHEN actor_id IS NULL OR actor_id = ${userId} THEN address END AS address, details
             FROM audit_entries WHERE actor_id = ${userId} OR target_id = ${userId}`;
}

async function erase({ db }: Transaction, userId: string): Promise<void> {
  await db.delete(sessions).where(eq(sessions.userId, userId));
  await db.delete(knownDevices).where(eq(knownDevices.userId, userId));
  await db.delete(passwordLinks).where(eq(passwordLinks.userId, userId));
}
