import { Injectable } from '@nestjs/common';
import { and, desc, eq, isNull, lt, sql } from 'drizzle-orm';
import { execute } from '../../database/execute.js';
import type { Queryable } from '../../database/backend/transaction.js';
import type { AddressKind } from './address-kind.js';
import { LIFE_SECONDS } from './address-kind.js';
import { addressConfirmations } from './confirmations.table.js';

export type Confirmation = typeof addressConfirmations.$inferSelect;

/** Number of wrong codes after which a confirmation accepts no further code. */
const MOST_FAILURES = 5;
const HOUR = 3_600;
const DAY = 86_400;

/** Maximum number of messages per period: to one address, for one user, and for requests from one network address. */
const LIMITS = [
  { column: 'address', seconds: HOUR, limit: 3 },
  { column: 'address', seconds: DAY, limit: 5 },
  { column: 'user_id', seconds: HOUR, limit: 3 },
  { column: 'user_id', seconds: DAY, limit: 5 },
  { column: 'requester', seconds: HOUR, limit: 30 },
  { column: 'requester', seconds: DAY, limit: 100 },
] as const;

export type Requested = Pick<Confirmation, 'userId' | 'address' | 'requester'>;

/** Every method takes the database or the transaction in which it runs. */
@Injectable()
export class ConfirmationsRepository {
  /** Seconds until the limits permit another message; 0: now. Concurrent requests that share a limit wait for each other. */
  async secondsToWait(db: Queryable, { userId, address, requester }: Requested): Promise<number> {
    const scopes = [`address ${address}`, `requester ${requester}`, `user ${userId}`].sort();
    for (const scope of scopes) {
      await db.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`confirm ${scope}`}, 0))`);
    }
    const waits = LIMITS.map(({ column, seconds, limit }) => {
      const value = { address, user_id: userId, requester }[column];
      // The time when the oldest of the last `limit` messages leaves the period.
      return sql`(SELECT extract(epoch FROM created_at - now()) + ${seconds}::int FROM address_confirmations
        WHERE ${sql.identifier(column)} = ${value} AND created_at > now() - make_interval(secs => ${seconds}::int)
        ORDER BY created_at DESC OFFSET ${limit - 1} LIMIT 1)`;
    });
    const { rows } = await execute<{ seconds: number | string | null }>(
      db,
      sql`SELECT greatest(${sql.join(waits, sql`, `)}) AS seconds`,
    );
    return Math.max(0, Math.ceil(Number(rows[0]?.seconds ?? 0)));
  }

  async insert(db: Queryable, confirmation: Pick<Confirmation, 'id' | 'kind'> & Requested): Promise<void> {
    await db.insert(addressConfirmations).values(confirmation);
    // Older messages are outside the periods of all limits.
    await db.delete(addressConfirmations).where(lt(addressConfirmations.createdAt, sql`now() - interval '25 hours'`));
  }

  /** The confirmation with this id if it is valid; otherwise null. */
  async find(db: Queryable, id: string): Promise<Confirmation | null> {
    const [row] = await db.select().from(addressConfirmations).where(eq(addressConfirmations.id, id));
    return row && isValid(row) ? row : null;
  }

  /** The user's latest confirmation of this kind that still accepts a code, with its row locked; null if there is none. */
  async latest(db: Queryable, userId: string, kind: AddressKind): Promise<Confirmation | null> {
    const { userId: ofUser, kind: ofKind, endedAt, createdAt } = addressConfirmations;
    const [row] = await db
      .select()
      .from(addressConfirmations)
      .where(and(eq(ofUser, userId), eq(ofKind, kind), isNull(endedAt)))
      .orderBy(desc(createdAt), desc(addressConfirmations.id))
      .limit(1)
      .for('update');
    return row && isValid(row) && row.failures < MOST_FAILURES ? row : null;
  }

  async countFailure(db: Queryable, id: string): Promise<void> {
    const failures = sql`${addressConfirmations.failures} + 1`;
    await db.update(addressConfirmations).set({ failures }).where(eq(addressConfirmations.id, id));
  }

  /** Stops accepting codes for this user and kind. */
  async end(db: Queryable, userId: string, kind: AddressKind): Promise<void> {
    const { userId: ofUser, kind: ofKind } = addressConfirmations;
    await db
      .update(addressConfirmations)
      .set({ endedAt: sql`now()` })
      .where(and(eq(ofUser, userId), eq(ofKind, kind)));
  }
}

function isValid({ kind, createdAt }: Confirmation): boolean {
  return Date.now() - createdAt.getTime() < LIFE_SECONDS[kind] * 1_000;
}
