import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import type { SendLimit } from '../config/send-limit.js';
import { Settings } from '../config/settings.js';
import { Database } from '../database/database.js';
import { execute } from '../database/execute.js';
import type { Transaction } from '../database/transaction.js';
import type { ProviderChannel } from './delivery-provider.js';

const SWEEP_EVERY_MS = 60_000;

/** One message that shall go out. */
export interface SendRequest {
  readonly userId: string;
  readonly channel: ProviderChannel;
  readonly notificationType: string;
}

/** One count that a limit is held against. */
interface Counter {
  readonly user_id: string;
  readonly scope: string;
  readonly seconds: number;
  readonly limit: number;
}

/**
 * SEND_LIMITS and TYPE_SEND_LIMITS: how much one user is sent, counted in the database, so over all nodes, and with the
 * transaction that sends. Minutes, hours and days are those of the clock (UTC), so around their turn a user may get up to
 * twice the limit in a short time. Urgent messages count like others.
 */
@Injectable()
export class SendLimits {
  private sweptAt = 0;

  constructor(
    private readonly settings: Settings,
    private readonly database: Database,
  ) {}

  /**
   * For each request, in the order given, whether it is within every limit. What is counts; what is not is counted nowhere.
   * Costs nothing where no limit is set, else two statements however many requests there are.
   */
  async admit(tx: Transaction, requests: readonly SendRequest[]): Promise<boolean[]> {
    const counters = requests.map((request) => this.countersOf(request));
    const distinct = new Map(counters.flat().map((counter) => [nameOf(counter), counter]));
    if (distinct.size === 0) return requests.map(() => true);
    const counts = await this.lock(tx, [...distinct.values()]);
    const used = new Map(counts);
    const admitted = counters.map((own) => {
      if (own.some((counter) => (used.get(nameOf(counter)) ?? 0) >= counter.limit)) return false;
      for (const counter of own) used.set(nameOf(counter), (used.get(nameOf(counter)) ?? 0) + 1);
      return true;
    });
    await this.store(
      tx,
      [...distinct].flatMap(([name, counter]) => {
        const added = (used.get(name) ?? 0) - (counts.get(name) ?? 0);
        return added > 0 ? [{ ...counter, added }] : [];
      }),
    );
    tx.afterCommit(() => this.sweep());
    return admitted;
  }

  private countersOf({ userId, channel, notificationType }: SendRequest): Counter[] {
    const counter = (scope: string, { limit, seconds }: SendLimit): Counter => ({
      user_id: userId,
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

  /** What was counted so far; nobody else counts these users' until the transaction ends. */
  private async lock(tx: Transaction, counters: readonly Counter[]): Promise<Map<string, number>> {
    const { rows } = await execute<{ user_id: string; scope: string; count: number }>(
      tx.db,
      // In order, so that two transactions never wait for each other in a circle.
      sql`INSERT INTO send_counts (user_id, scope, ends_at, count)
          SELECT user_id, scope, ${END}, 0
          FROM json_to_recordset(${JSON.stringify(counters)}::json) AS row(user_id text, scope text, seconds int)
          ORDER BY user_id COLLATE "C", scope COLLATE "C"
          ON CONFLICT (user_id, scope, ends_at) DO UPDATE SET count = send_counts.count
          RETURNING user_id, scope, count`,
    );
    return new Map(rows.map((row) => [nameOf(row), row.count]));
  }

  private async store(tx: Transaction, counters: readonly (Counter & { added: number })[]): Promise<void> {
    if (counters.length === 0) return;
    await execute(
      tx.db,
      sql`UPDATE send_counts SET count = count + added
          FROM json_to_recordset(${JSON.stringify(counters)}::json)
               AS row(user_id text, scope text, seconds int, added int)
          WHERE send_counts.user_id = row.user_id AND send_counts.scope = row.scope AND ends_at = ${END}`,
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

function nameOf({ user_id: userId, scope }: { user_id: string; scope: string }): string {
  return `${userId} ${scope}`;
}
