import { and, eq, inArray, sql } from 'drizzle-orm';
import { ServiceError } from '../../errors/error/service-error.js';
import { parseExact, stringifyExact } from '../../exact-json/exact-json.js';
import type { DatabaseBackend } from '../backend/database-backend.js';
import type { Transaction } from '../backend/transaction.js';
import { idempotencyKeys } from './idempotency-keys.table.js';

const KEPT = sql`now() - interval '24 hours'`;
/** Number of expired rows that each new row deletes: more than are added, but few enough to cost little. */
const REMOVED_AT_ONCE = 20;

/** Identifies work that is done once, however often it is requested (Idempotency-Key). */
export interface OnceKey {
  /** A SHA-256 in hex. */
  readonly id: string;
  /** SHA-256 over the content of the request, in hex. The same id with other content is an error. */
  readonly bodyHash: string;
  /** Called if the response is that of an earlier transaction. */
  readonly replayed?: () => void;
}

type Work<T> = (tx: Transaction) => Promise<T>;

/**
 * Does work once. The key is stored in the transaction of the work: a crash or an error releases it. The response is stored, for
 * 24 hours, if and only if the work has been committed.
 */
export class Once {
  /**
   * Ids that this process is working on. Their requests can be rejected without a connection; on PGlite, the second request would
   * have to wait.
   */
  private readonly working = new Set<string>();

  constructor(private readonly backend: DatabaseBackend) {}

  /** `transaction`: runs its argument in a transaction. Returns and throws as `Database.transaction` does with `once`. */
  async run<T>(key: OnceKey, work: Work<T>, transaction: (work: Work<T>) => Promise<T>): Promise<T> {
    if (this.working.has(key.id)) throw stillRunning();
    this.working.add(key.id);
    try {
      return await transaction((tx) => this.answer(tx, key, work));
    } finally {
      this.working.delete(key.id);
    }
  }

  private async answer<T>(tx: Transaction, key: OnceKey, work: Work<T>): Promise<T> {
    await lock(tx, key);
    const kept = await findKept(tx, key);
    if (kept !== undefined) {
      const answer = answerOf(kept, key) as T;
      key.replayed?.();
      return answer;
    }
    const answer = await work(tx);
    await keep(tx, key, answer);
    tx.afterCommit(() => this.removeExpired());
    return answer;
  }

  private async removeExpired(): Promise<void> {
    const { db } = this.backend;
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
async function lock(tx: Transaction, { id }: OnceKey): Promise<void> {
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

async function findKept(tx: Transaction, { id }: OnceKey): Promise<Kept | undefined> {
  const [kept] = await tx.db
    .select({ bodyHash: idempotencyKeys.bodyHash, answer: idempotencyKeys.answer })
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.id, id), sql`${idempotencyKeys.createdAt} > ${KEPT}`));
  return kept;
}

function answerOf(kept: Kept, key: OnceKey): unknown {
  if (kept.bodyHash !== key.bodyHash) {
    throw new ServiceError('unprocessable', 'This Idempotency-Key was used with another body.');
  }
  return parseExact(kept.answer);
}

async function keep(tx: Transaction, { id, bodyHash }: OnceKey, value: unknown): Promise<void> {
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
