import { Injectable } from '@nestjs/common';
import DataLoader from 'dataloader';
import { and, count, eq, gte, inArray, isNull, notExists, sql } from 'drizzle-orm';
import { users } from '../auth/users.table.js';
import { Database } from '../database/database.js';
import type { Queryable, Transaction } from '../database/transaction.js';
import { Bus } from '../streams/bus.js';
import { broadcastMarks, notifications } from './notifications.table.js';

const MAX_USERS_PER_QUERY = 1_000;

/** How many notifications a user has not read: own ones and the broadcasts sent since they became a user. */
@Injectable()
export class UnreadCounts {
  private readonly loader = new DataLoader<string, number>(
    async (userIds) => {
      const counts = await this.countAll(this.database.db, userIds);
      return userIds.map((userId) => counts.get(userId) ?? 0);
    },
    // One query for all handshakes of one turn; never an old count.
    { cache: false, maxBatchSize: MAX_USERS_PER_QUERY, batchScheduleFn: (callback) => setImmediate(callback) },
  );
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
    tx.beforeCommit(async () => {
      this.announced.delete(tx);
      const counts = await this.countAll(tx.db, [...collected]);
      tx.afterCommit(() => this.send(counts));
    });
  }

  private async send(counts: ReadonlyMap<string, number>): Promise<void> {
    const sent = [...counts].map(([userId, unread]) =>
      this.bus.publishEphemeral(`user_${userId}`, { type: 'unread_count', count: unread }),
    );
    await Promise.all(sent);
  }

  private async countAll(db: Queryable, userIds: readonly string[]): Promise<Map<string, number>> {
    const own = db
      .select({ unread: count() })
      .from(notifications)
      .where(and(eq(notifications.userId, users.id), isNull(notifications.readAt), isNull(notifications.hiddenAt)));
    const mark = db
      .select({ one: sql`1` })
      .from(broadcastMarks)
      .where(and(eq(broadcastMarks.userId, users.id), eq(broadcastMarks.notificationId, notifications.id)));
    const broadcasts = db
      .select({ unread: count() })
      .from(notifications)
      .where(and(isNull(notifications.userId), gte(notifications.createdAt, users.createdAt), notExists(mark)));
    const rows = await db
      .select({ id: users.id, unread: sql<string>`(${own}) + (${broadcasts})` })
      .from(users)
      .where(inArray(users.id, [...new Set(userIds)]));
    return new Map(rows.map(({ id, unread }) => [id, Number(unread)]));
  }
}
