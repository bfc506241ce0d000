import { Injectable } from '@nestjs/common';
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { AuditLog } from '../../audit/audit-log.js';
import type { Author } from '../../auth/principal/actor.js';
import { Database } from '../../database/database.js';
import type { Queryable, Transaction } from '../../database/backend/transaction.js';
import { isUuid } from '../../database/uuid.js';
import { ServiceError } from '../../errors/error/service-error.js';
import { BROADCASTS, userStream } from '../../streams/names/group-names.js';
import { ownGroup } from '../../streams/names/own-group.js';
import { StreamLog } from '../../streams/stream-log.js';
import { NotificationEvents } from '../notification/notification-events.js';
import { notifications } from '../notification/notifications.table.js';
import { UnreadCounts } from '../notification/unread-counts.js';
import { RetractedMarks } from './retracted-marks.js';
import type { RetractionDto } from './retraction.dto.js';

/** What a retraction reads of a notification. */
export interface Retractable {
  readonly id: string;
  /** Null: a broadcast. */
  readonly userId: string | null;
  readonly createdAt: Date;
  readonly retractedAt: Date | null;
  /** The id of the notification with the same `collapse_key` that replaces it. Absent: an administrator retracts it. */
  readonly replacedBy?: string;
  /** Whether it has expired. Default: false. */
  readonly isExpired?: boolean;
}

const { id, userId, createdAt, retractedAt } = notifications;
/** The columns of `Retractable`. */
export const RETRACTABLE = { id, userId, createdAt, retractedAt };

/** `created_at` is rounded to milliseconds, and the entry of the log is written in the same transaction. */
const ROUNDING_MS = 1;

/**
 * Retracts notifications for all their recipients. The entry of the notification in the log is replaced by the retraction, so
 * clients that resume never receive its content.
 */
@Injectable()
export class NotificationRetractions {
  constructor(
    private readonly database: Database,
    private readonly streamLog: StreamLog,
    private readonly unreadCounts: UnreadCounts,
    private readonly events: NotificationEvents,
    private readonly marks: RetractedMarks,
    private readonly audit: AuditLog,
  ) {}

  /** Retracting again changes nothing and returns the first answer. Throws not_found. */
  async retract(id: string, author: Author): Promise<RetractionDto> {
    const found = isUuid(id) ? await find(this.database.db, id) : null;
    if (!found) throw new ServiceError('not_found', 'There is no such notification.');
    if (found.retractedAt === null) {
      await this.database.transaction(async (tx) => {
        const isOwn = found.userId !== null;
        const retracted = await (isOwn ? this.retractOwn(tx, [found]) : this.retractBroadcast(tx, found));
        const event = { action: 'notification_retracted', author, target: { type: 'notification', id } } as const;
        if (retracted > 0) await this.audit.record(tx.db, event);
      });
    }
    const at = (await find(this.database.db, id))?.retractedAt ?? new Date();
    return { notification_id: id, retracted_at: at.toISOString() };
  }

  /**
   * Retracts notifications of users, within the caller's transaction. Takes the locks in the order of all other transactions: streams
   * first, then inboxes (by a trigger), each in the order of users. Returns how many were not retracted before.
   */
  async retractOwn(tx: Transaction, given: readonly Retractable[]): Promise<number> {
    const inOrder = [...given].sort((one, other) => (owner(one) < owner(other) ? -1 : 1));
    await this.streamLog.lockAll(
      tx,
      inOrder.map((one) => userStream(owner(one))),
    );
    let retracted = 0;
    for (const notification of inOrder) {
      if (!(await this.mark(tx, notification))) continue;
      retracted += 1;
      await this.publish(tx, userStream(owner(notification)), notification);
      this.unreadCounts.announce(tx, [owner(notification)]);
    }
    return retracted;
  }

  /** Retracts a broadcast, within the caller's transaction. Returns how many were not retracted before: 0 or 1. */
  async retractBroadcast(tx: Transaction, broadcast: Retractable): Promise<number> {
    // Waits for transactions that are marking the broadcast or planning its deliveries. Later ones see that it is retracted.
    await tx.db.select({ id }).from(notifications).where(eq(id, broadcast.id)).for('update');
    if (!(await this.mark(tx, broadcast))) return 0;
    await this.marks.startRemoval(tx, broadcast.id);
    await this.publish(tx, BROADCASTS, broadcast);
    return 1;
  }

  /** Returns false if the notification was already retracted. Triggers update the counts. */
  private async mark(tx: Transaction, notification: Retractable): Promise<boolean> {
    const marked = await tx.db
      .update(notifications)
      .set({ retractedAt: sql`now()`, hiddenAt: sql`coalesce(${notifications.hiddenAt}, now())`, archivedAt: null })
      .where(and(eq(id, notification.id), isNull(retractedAt)))
      .returning({ id });
    return marked.length > 0;
  }

  private async publish(tx: Transaction, stream: string, notification: Retractable): Promise<void> {
    const { replacedBy, isExpired = false } = notification;
    const message = {
      type: 'notification_retracted',
      notification_id: notification.id,
      ...(replacedBy !== undefined && { replaced_by: replacedBy }),
      ...(isExpired && { expired: true }),
    };
    const since = new Date(notification.createdAt.getTime() - ROUNDING_MS);
    const matches = (payload: SQL): SQL => sql`${payload}->'notification'->>'id' = ${notification.id}`;
    await this.streamLog.replace(tx, { stream, type: 'notification_message', since, matches }, message);
    this.streamLog.append(tx, stream, message, { group: ownGroup(stream) });
    await this.events.retracted(tx, notification);
  }
}

async function find(db: Queryable, notificationId: string): Promise<Retractable | null> {
  const [row] = await db.select(RETRACTABLE).from(notifications).where(eq(id, notificationId));
  return row ?? null;
}

function owner({ userId: own }: Retractable): string {
  if (own === null) throw new Error('a broadcast has no owner');
  return own;
}
