import { Injectable } from '@nestjs/common';
import { and, eq, inArray, sql } from 'drizzle-orm';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/backend/transaction.js';
import { ServiceError } from '../errors/service-error.js';
import { parseExact, stringifyExact } from '../exact-json/exact-json.js';
import { idempotencyKeys } from './idempotency-keys.table.js';
import type { IdempotentRequest } from './idempotent-request.js';

const KEPT = sql`now() - interval '24 hours'`;
/** Number of expired rows that each new row deletes: more than are added, but few enough to cost little. */
const REMOVED_AT_ONCE = 20;

/**
 * Runs the work of a request once, even if the request is sent several times (Idempotency-Key). The key is stored in the
 * transaction of the work: a crash or an error releases it. The response is stored, for 24 hours, if and only if the work has been
 * committed.
 */
@Injectable()
export class Idempotency {
  /**
   * Requests that this process is working on. They can be rejected without a connection; on PGlite, the second request would have
   * to wait.
   */
  private readonly working = new Set<string>();

  constructor(private readonly database: Database) {}

  /**
   * Runs `work` in a transaction and returns its response, or returns the stored response of an earlier run. So the response must
   * be representable as JSON. `request` null: no key, an ordinary transaction. Throws `conflict` while the same request is still
   * running, here or on another node, and `unprocessable` if the key was used with another body.
   */
  async run<T>(request: IdempotentRequest | null, work: (tx: Transaction) => Promise<T>): Promise<T> {
    if (request === null) return this.database.transaction(work);
    if (this.working.has(request.id)) throw stillRunning();
    this.working.add(request.id);
    try {
      return await this.database.transaction((tx) => this.once(tx, request, work));
    } finally {
      this.working.delete(request.id);
    }
  }

  private async once<T>(
    tx: Transaction,
    request: IdempotentRequest,
    work: (tx: Transaction) => Promise<T>,
  ): Promise<T> {
    await lock(tx, request);
    const kept = await findKept(tx, request);
    if (kept !== undefined) {
      const answer = answerOf(kept, request) as T;
      request.replayed?.();
      return answer;
    }
    const answer = await work(tx);
    await keep(tx, request, answer);
    tx.afterCommit(() => this.removeExpired());
    return answer;
  }

  private async removeExpired(): Promise<void> {
    const { db } = this.database;
    const expired = db
      .select({ id: idempotencyKeys.id })
      .from(idempotencyKeys)
      .where(sql`${idempotencyKeys.createdAt} <= ${KEPT}`)
      .limit(REMOVED_AT_ONCE)
      .for('update', { skipLocked: true });
    await db.delete(idempotencyKeys).where(inArray(idempotencyKeys.id, expired));
  }
}

/**
 * Held until the transaction commits or rolls back. The row is not enough, because other transactions cannot see it before the
 * commit.
 */
async function lock(tx: Transaction, { id }: IdempotentRequest): Promise<void> {
  const number = BigInt.asIntN(64, BigInt(`0x${id.slice(0, 16)}`)).toString();
  const [row] = await tx.db
    .select({ locked: sql<boolean>`pg_try_advisory_xact_lock(${number}::bigint)` })
    .from(sql`(select 1) as one`);
  if (row?.locked !== true) throw stillRunning();
}

interface Kept {
  readonly bodyHash: string;
  readonly answer: string;
}

async function findKept(tx: Transaction, { id }: IdempotentRequest): Promise<Kept | undefined> {
  const [kept] = await tx.db
    .select({ bodyHash: idempotencyKeys.bodyHash, answer: idempotencyKeys.answer })
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.id, id), sql`${idempotencyKeys.createdAt} > ${KEPT}`));
  return kept;
}

function answerOf(kept: Kept, request: IdempotentRequest): unknown {
  if (kept.bodyHash !== request.bodyHash) {
    throw new ServiceError('unprocessable', 'This Idempotency-Key was used with another body.');
  }
  return parseExact(kept.answer);
}

async function keep(tx: Transaction, { id, bodyHash }: IdempotentRequest, value: unknown): Promise<void> {
  const row = { bodyHash, answer: stringifyExact(value ?? null), createdAt: sql`now()` };
  // If a row exists, it is expired.
  await tx.db
    .insert(idempotencyKeys)
    .values({ id, ...row })
    .onConflictDoUpdate({ target: idempotencyKeys.id, set: row });
}

function stillRunning(): ServiceError {
  return new ServiceError('conflict', 'A request with this Idempotency-Key is still running.', {
    retryAfterSeconds: 1,
  });
}
