import { Injectable } from '@nestjs/common';
import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import type { Transaction } from '../../database/backend/transaction.js';
import { KnownDevices } from '../sessions/known-devices.js';
import { knownDevices } from '../sessions/known-devices.table.js';
import { SecurityEvents } from '../sessions/security-events.js';
import { sessions } from '../sessions/sessions.table.js';
import type { SignInClient } from './sign-in-client.decorator.js';

/** The number of devices kept for one account. The least recently used device is removed first. */
const MOST_DEVICES = 20;

/**
 * Reports sign-ins on devices that an account has not used before. A device is recognised by its cookie, otherwise by its user
 * agent and network address. The first device of an account is not reported.
 */
@Injectable()
export class SignInDevices {
  constructor(
    private readonly devices: KnownDevices,
    private readonly events: SecurityEvents,
  ) {}

  /**
   * Runs in the transaction of the sign-in, before its session is created. The caller has locked the row of the user, so two
   * concurrent sign-ins on one new device are reported once. `account`: its `emailKey`.
   */
  async note(tx: Transaction, userId: string, account: string, client: SignInClient): Promise<void> {
    const known = await this.fingerprints(tx, userId);
    const fingerprint = this.devices.fingerprint(userId, client);
    const isKnown = known.includes(fingerprint) || this.devices.recognise(client.deviceCookie, account) !== null;
    const isReported = !isKnown && (known.length > 0 || (await hasSession(tx, userId)));
    await this.remember(tx, userId, fingerprint, known);
    if (isReported) await this.events.report(tx, userId, { kind: 'new_device', address: client.address });
  }

  /** Newest first. */
  private async fingerprints(tx: Transaction, userId: string): Promise<string[]> {
    const rows = await tx.db
      .select({ fingerprint: knownDevices.fingerprint })
      .from(knownDevices)
      .where(eq(knownDevices.userId, userId))
      .orderBy(desc(knownDevices.seenAt));
    return rows.map((row) => row.fingerprint);
  }

  private async remember(
    tx: Transaction,
    userId: string,
    fingerprint: string,
    known: readonly string[],
  ): Promise<void> {
    await tx.db
      .insert(knownDevices)
      .values({ userId, fingerprint })
      .onConflictDoUpdate({
        target: [knownDevices.userId, knownDevices.fingerprint],
        set: { seenAt: sql`now()` },
      });
    const tooMany = known.filter((each) => each !== fingerprint).slice(MOST_DEVICES - 1);
    if (tooMany.length === 0) return;
    const { userId: owner, fingerprint: one } = knownDevices;
    await tx.db.delete(knownDevices).where(and(eq(owner, userId), inArray(one, tooMany)));
  }
}

async function hasSession(tx: Transaction, userId: string): Promise<boolean> {
  const found = await tx.db.select({ id: sessions.id }).from(sessions).where(eq(sessions.userId, userId)).limit(1);
  return found.length > 0;
}
