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

/** One message that shall go out. */
export interface SendRequest {
  readonly userId: string;
  readonly channel: ProviderChannel;
  readonly notificationType: string;
}

/** One count that a limit is held against. */
interface Counter {
  readonly scope: string;
  readonly seconds: number;
  readonly limit: number;
}

/**
 * SEND_LIMITS and TYPE_SEND_LIMITS: how much one user is sent, counted in the database, so over all nodes. Minutes, hours and
 * days are those of the clock (UTC), so around their turn a user may get up to twice the limit in a short time. Urgent
 * messages count like others. Where no limit is set, none of this costs anything.
 */
@Injectable()
export class SendLimits {
  private sweptAt = 0;

  constructor(
    private readonly settings: Settings,
    private readonly database: Database,
  ) {}

  /** Is it within every limit? Then it is counted; what is not is counted nowhere. */
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

  /** Takes the count of an `admit` back: nothing was sent after all. */
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
    const { sendLimits, typeSendLimits } = this.settings;
    return [
      ...sendLimits.filter(({ subject }) => subject === channel).map((limit) => counter(channel, limit)),
      ...typeSendLimits
        .filter(({ subject }) => subject === notificationType)
        .map((limit) => counter(`${notificationType}/${channel}`, limit)),
    ];
  }

  /** What was counted so far; nobody else counts this until the transaction ends. */
  private async lock(tx: Transaction, userId: string, counters: readonly Counter[]): Promise<Map<string, number>> {
    const { rows } = await execute<{ scope: string; count: number }>(
      tx.db,
      // In order, so that two transactions never wait for each other in a circle.
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

/** Of the period that is running; `now()` stands still within a transaction. */
const END = sql`to_timestamp((floor(extract(epoch FROM now()) / row.seconds) + 1) * row.seconds)`;

function rowsOf(counters: readonly Counter[]): SQL {
  return sql`json_to_recordset(${JSON.stringify(counters)}::json) AS row(scope text, seconds int)`;
}
