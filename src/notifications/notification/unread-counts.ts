import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { Database } from '../../database/database.js';
import { execute } from '../../database/execute.js';
import { gatheringLoader } from '../../database/gathering-loader.js';
import type { Transaction } from '../../database/backend/transaction.js';
import { userStream } from '../../streams/names/group-names.js';
import { Bus } from '../../streams/bus.js';

const MAX_USERS_PER_QUERY = 1_000;

/** How many notifications a user has not read: own ones and the broadcasts sent since they became a user. */
@Injectable()
export class UnreadCounts {
  private readonly loader = gatheringLoader(async (userIds: readonly string[]) => {
    const { rows } = await execute<CountRow>(this.database.db, countQuery(userIds));
    const counts = new Map(rows.map(({ id, unread }) => [id, Number(unread)]));
    return userIds.map((userId) => counts.get(userId) ?? 0);
  }, MAX_USERS_PER_QUERY);
  private readonly announced = new WeakMap<Transaction, Set<string>>();

  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
  ) {}

  /** The count now. Calls of one turn of the event loop share a query. */
  of(userId: string): Promise<number> {
    return this.loader.load(userId);
  }

  /**
   * Tells all sockets of these users their new count after commit. Call it after the append to `user_{id}` or while holding
   * that stream's lock: the count is taken last in the transaction, under that lock, so that of two changes at the same
   * moment the later one knows of the earlier.
   */
  announce(tx: Transaction, userIds: readonly string[]): void {
    const pending = this.announced.get(tx);
    if (pending) {
      for (const userId of userIds) pending.add(userId);
      return;
    }
    const collected = new Set(userIds);
    this.announced.set(tx, collected);
    tx.beforeCommit(() => {
      this.announced.delete(tx);
      let counts: readonly CountRow[] = [];
      tx.atCommit(countQuery([...collected]), (rows) => {
        counts = rows as readonly CountRow[];
      });
      tx.afterCommit(() => this.send(counts));
    });
  }

  private async send(counts: readonly CountRow[]): Promise<void> {
    const sent = counts.map(({ id, unread, head }) =>
      this.bus.publishEphemeral(userStream(id), { type: 'unread_count', count: Number(unread), as_of: Number(head) }),
    );
    await Promise.all(sent);
  }
}

interface CountRow {
  readonly id: string;
  readonly unread: string;
  /** Where the user's stream stands. */
  readonly head: string;
}

/** Broadcasts are not counted but subtracted: what this costs does not grow with their number. */
function countQuery(userIds: readonly string[]): SQL {
  const ids = [...new Set(userIds)];
  return sql`SELECT users.id,
      (SELECT count(*) FROM notifications
       WHERE user_id = users.id AND read_at IS NULL AND hidden_at IS NULL)
      + broadcast_total.total - seen.up_to
      - (SELECT count(*) FROM broadcast_marks WHERE user_id = users.id AND broadcast_number > seen.up_to) AS unread,
      coalesce((SELECT head FROM streams WHERE name = given.stream), 0) AS head
    FROM unnest(${sql.param(ids)}::text[], ${sql.param(ids.map(userStream))}::text[]) AS given(id, stream)
    JOIN users ON users.id = given.id
    JOIN broadcast_total ON broadcast_total.id = 1
    LEFT JOIN broadcast_watermarks watermark ON watermark.user_id = users.id
    CROSS JOIN LATERAL (SELECT greatest(users.broadcasts_before, watermark.read_to) AS up_to) AS seen`;
}
