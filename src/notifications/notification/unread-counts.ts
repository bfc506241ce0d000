import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { Database } from '../../database/database.js';
import { execute } from '../../database/execute.js';
import { gatheringLoader } from '../../database/gathering-loader.js';
import type { Transaction } from '../../database/backend/transaction.js';
import { userStream } from '../../streams/names/group-names.js';
import { retractedAbove } from './broadcast-watermarks.js';
import { Bus } from '../../streams/bus/bus.js';

const MAX_USERS_PER_QUERY = 1_000;
/** Runs after appends to streams: every transaction that locks both locks streams first, which avoids deadlocks. */
const AFTER_APPENDS = 1;

/** A notification of a user, inserted by this transaction. */
export interface Added {
  readonly userId: string;
  readonly id: string;
}

interface Collected {
  readonly userIds: Set<string>;
  readonly added: Added[];
}

/** The number of unread notifications of a user: their own, and the broadcasts sent since the user was created. */
@Injectable()
export class UnreadCounts {
  private readonly loader = gatheringLoader(async (userIds: readonly string[]) => {
    const { rows } = await execute<CountRow>(this.database.db, countQuery(userIds));
    const counts = new Map(rows.map(({ id, unread }) => [id, Number(unread)]));
    return userIds.map((userId) => counts.get(userId) ?? 0);
  }, MAX_USERS_PER_QUERY);
  private readonly collected = new WeakMap<Transaction, Collected>();

  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
  ) {}

  /** The current count. Calls within one turn of the event loop share a query. */
  of(userId: string): Promise<number> {
    return this.loader.load(userId);
  }

  /**
   * At commit, adds the notifications inserted by this transaction to the counters. After commit, publishes the new
   * counts to their owners.
   */
  add(tx: Transaction, added: readonly Added[]): void {
    this.collect(tx).added.push(...added);
  }

  /**
   * Publishes the new counts of these users to all their sockets after commit. Call it after the append to `user_{id}`
   * or while holding that stream's lock: the count is read last in the transaction, under that lock, so that the later of
   * two concurrent changes includes the earlier.
   */
  announce(tx: Transaction, userIds: readonly string[]): void {
    const { userIds: announced } = this.collect(tx);
    for (const userId of userIds) announced.add(userId);
  }

  private collect(tx: Transaction): Collected {
    const known = this.collected.get(tx);
    if (known) return known;
    const collected: Collected = { userIds: new Set(), added: [] };
    this.collected.set(tx, collected);
    tx.beforeCommit(() => {
      this.collected.delete(tx);
      this.atCommit(tx, collected);
    });
    return collected;
  }

  private atCommit(tx: Transaction, { userIds, added }: Collected): void {
    for (const { userId } of added) userIds.delete(userId);
    const counts: CountRow[] = [];
    const collect = (rows: readonly unknown[]): void => void counts.push(...(rows as readonly CountRow[]));
    if (added.length > 0) tx.atCommit(addQuery(added), collect, AFTER_APPENDS);
    if (userIds.size > 0) tx.atCommit(countQuery([...userIds]), collect, AFTER_APPENDS);
    tx.afterCommit(() => this.send(counts));
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
  /** The head position of the user's stream. */
  readonly head: string;
}

function countQuery(userIds: readonly string[]): SQL {
  return sql`${countsOf(userIds)} LEFT JOIN inboxes AS inbox ON inbox.user_id = users.id`;
}

/**
 * Increases the counters in the order of user ids, so that concurrent calls do not deadlock. A notification with an id
 * below the watermark was not yet committed when its owner marked all as read. It is set to not settled, and a trigger
 * removes it from the counter again.
 */
function addQuery(added: readonly Added[]): SQL {
  const ids = sql.param(added.map(({ id }) => id));
  const owners = sql.param(added.map(({ userId }) => userId));
  return sql`
    WITH added AS MATERIALIZED (SELECT * FROM unnest(${ids}::uuid[], ${owners}::text[]) AS added(id, user_id)),
    inbox AS (
      INSERT INTO inboxes AS inbox (user_id, unread)
      SELECT user_id, count(*) FROM added GROUP BY user_id ORDER BY user_id COLLATE "C"
      ON CONFLICT (user_id) DO UPDATE SET unread = inbox.unread + excluded.unread
      RETURNING user_id, unread, read_to, broadcasts_seen
    ), late AS (
      UPDATE notifications SET settled = false FROM added JOIN inbox USING (user_id)
      WHERE notifications.id = added.id AND added.id <= inbox.read_to
    )
    ${countsOf(added.map(({ userId }) => userId))} JOIN inbox ON inbox.user_id = users.id`;
}

/** The query up to the join that supplies `inbox`. Its cost does not grow with the number of earlier notifications. */
function countsOf(userIds: readonly string[]): SQL {
  const ids = [...new Set(userIds)];
  return sql`SELECT users.id,
      coalesce(inbox.unread, 0)
      + (SELECT count(*) FROM notifications
         WHERE user_id = users.id AND NOT settled AND read_at IS NULL AND hidden_at IS NULL)
      + broadcast_total.total - bound.number - coalesce(inbox.broadcasts_seen, 0)
      - ${retractedAbove(sql`users.id`, sql`bound.number`, sql`broadcast_total.total`)} AS unread,
      coalesce((SELECT head FROM streams WHERE name = given.stream), 0) AS head
    FROM unnest(${sql.param(ids)}::text[], ${sql.param(ids.map(userStream))}::text[]) AS given(id, stream)
    JOIN users ON users.id = given.id
    JOIN broadcast_total ON broadcast_total.id = 1
    LEFT JOIN broadcast_watermarks watermark ON watermark.user_id = users.id
    CROSS JOIN LATERAL (SELECT greatest(users.broadcasts_before, watermark.read_to) AS number) AS bound`;
}
