import { Injectable } from '@nestjs/common';
import { and, eq, inArray, isNull, ne } from 'drizzle-orm';
import type { Transaction } from '../../database/backend/transaction.js';
import { userStream } from '../../streams/names/group-names.js';
import { StreamLog } from '../../streams/stream-log.js';
import { notifications } from '../notification/notifications.table.js';
import { NotificationRetractions, RETRACTABLE } from './notification-retractions.js';

const { id, userId, collapseKey, hiddenAt } = notifications;

/** Retracts the notifications that a new one with the same `collapse_key` replaces, in the transaction of the new one. */
@Injectable()
export class NotificationReplacements {
  constructor(
    private readonly streamLog: StreamLog,
    private readonly retractions: NotificationRetractions,
  ) {}

  /**
   * Call this before the new notifications, at most one for each user, are inserted. Of concurrent ones, the later replaces the earlier:
   * this locks the streams of all their users, and not only of those with something to replace, so that the commit takes no
   * further lock.
   */
  async replaceOwn(
    tx: Transaction,
    key: string,
    added: readonly { readonly id: string; readonly userId: string }[],
  ): Promise<void> {
    await this.streamLog.lockAll(
      tx,
      added.map((row) => userStream(row.userId)),
    );
    const newIds = new Map(added.map((row) => [row.userId, row.id]));
    const replaced = await tx.db
      .select(RETRACTABLE)
      .from(notifications)
      .where(and(eq(collapseKey, key), inArray(userId, [...newIds.keys()]), isNull(hiddenAt)));
    await this.retractions.retractOwn(
      tx,
      replaced.map((row) => ({ ...row, replacedBy: newIds.get(row.userId ?? '') as string })),
    );
  }

  /** Call this after the new broadcast is inserted: broadcasts are inserted one transaction at a time. */
  async replaceBroadcasts(tx: Transaction, key: string, newId: string): Promise<void> {
    const replaced = await tx.db
      .select(RETRACTABLE)
      .from(notifications)
      .where(and(eq(collapseKey, key), isNull(userId), isNull(hiddenAt), ne(id, newId)));
    for (const row of replaced) await this.retractions.retractBroadcast(tx, { ...row, replacedBy: newId });
  }
}
