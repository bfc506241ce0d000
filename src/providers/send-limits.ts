import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { SendLimit } from '../config/values/send-limit.js';
import { Settings } from '../config/settings.js';
import { Database } from '../database/database.js';
import { execute } from '../database/execute.js';
import type { Queryable, Transaction } from '../database/backend/transaction.js';
import type { ProviderChannel } from './provider/delivery-provider.js';

const SWEEP_EVERY_MS = 60_000;

/** A message to be sent. */
export interface SendRequest {
  readonly userId: string;
  readonly channel: ProviderChannel;
  readonly notificationType: string;
}

/** A counter and its limit. */
interface Counter {
  readonly scope: string;
  readonly seconds: number;
  readonly limit: number;
}

/**
 * Enforces SEND_LIMITS and TYPE_SEND_LIMITS: the number of messages per user, counted in the database and therefore over all
 * nodes. Periods are minutes, hours and days of the clock (UTC), so a user may receive up to twice the limit in a short time
 * around the change of period. Urgent messages also count. Without limits, there is no cost.
 */
@Injectable()
export class SendLimits {
  private sweptAt = 0;

  constructor(
    private readonly settings: Settings,
    private readonly database: Database,
  ) {}

  /** Counts the message and returns true if it is within every limit. Otherwise returns false and counts nothing. */
  async admit(request: SendRequest): Promise<boolean> {
    const counters = this.countersOf(request);
    if (counters.length === 0) return true;
    return this.database.transaction(async (tx) => {
      const counts = await this.lock(tx, request.userId, counters);
      if (counters.some(({ scope, limit }) => (counts.get(scope) ?? 0) >= limit)) return false;
      await this.add(tx.db, request.userId, counters, 1);
      tx.afterCommit(() => this.sweep());
      return true;
    });
  }

  /** Reverts the count of an `admit`, if nothing was sent. */
  async release(request: SendRequest): Promise<void> {
    const counters = this.countersOf(request);
    if (counters.length > 0) await this.add(this.database.db, request.userId, counters, -1);
  }

  private countersOf({ channel, notificationType }: SendRequest): Counter[] {
    const counter = (scope: string, { limit, seconds }: SendLimit): Counter => ({
      scope: `${scope}/${seconds}`,
      seconds,
      limit,
    });
    const { sendLimits, typeSendLimits } = this.settings.notifications;
    return [
      ...sendLimits.filter(({ subject }) => subject === channel).map((limit) => counter(channel, limit)),
      ...typeSendLimits
        .filter(({ subject }) => subject === notificationType)
        .map((limit) => counter(`${notificationType}/${channel}`, limit)),
    ];
  }

  /** Reads the counts and locks them until the transaction ends. */
  private async lock(tx: Transaction, userId: string, counters: readonly Counter[]): Promise<Map<string, number>> {
    const { rows } = await execute<{ scope: string; count: number }>(
      tx.db,
      // In a fixed order, so that two transactions do not deadlock.
      sql`INSERT INTO send_counts (user_id, scope, ends_at, count)
          SELECT ${userId}, scope, ${END}, 0 FROM ${rowsOf(counters)} ORDER BY scope COLLATE "C"
          ON CONFLICT (user_id, scope, ends_at) DO UPDATE SET count = send_counts.count
          RETURNING scope, count`,
    );
    return new Map(rows.map(({ scope, count }) => [scope, count]));
  }

  private async add(db: Queryable, userId: string, counters: readonly Counter[], difference: 1 | -1): Promise<void> {
    await execute(
      db,
      sql`UPDATE send_counts SET count = greatest(0, count + ${difference}::int) FROM ${rowsOf(counters)}
          WHERE user_id = ${userId} AND send_counts.scope = row.scope AND ends_at = ${END}`,
    );
  }

  private async sweep(): Promise<void> {
    if (Date.now() - this.sweptAt < SWEEP_EVERY_MS) return;
    this.sweptAt = Date.now();
    await execute(
      this.database.db,
      sql`DELETE FROM send_counts WHERE ctid = any(array(
            SELECT ctid FROM send_counts WHERE ends_at < now() LIMIT 10000 FOR UPDATE SKIP LOCKED))`,
    );
  }
}

/** The end of the current period. `now()` does not change within a transaction. */
const END = sql`to_timestamp((floor(extract(epoch FROM now()) / row.seconds) + 1) * row.seconds)`;

function rowsOf(counters: readonly Counter[]): SQL {
  return sql`json_to_recordset(${JSON.stringify(counters)}::json) AS row(scope text, seconds int)`;
}
