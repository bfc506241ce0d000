import { Injectable } from '@nestjs/common';
import { and, eq, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { execute } from '../../database/execute.js';
import { storableText } from '../../text/storable-text.js';
import type { Queryable } from '../../database/backend/transaction.js';
import { ownReadAt } from '../../notifications/notification/inbox-watermarks.js';
import { inboxes, notifications } from '../../notifications/notification/notifications.table.js';
import { deliveries } from './deliveries.table.js';
import type { DeliveryId, DeliveryStatus, NewDelivery } from './delivery.js';

/** A change of a delivery. */
export interface DeliveryChange extends DeliveryId {
  readonly status: DeliveryStatus;
  /** Default: none; an existing reason is removed. */
  readonly reason?: string;
  /** Whether an attempt was made. Default: false. */
  readonly attempted?: boolean;
  readonly error?: string;
  readonly providerId?: string | null;
  /** The earliest time of sending. Default: unchanged. */
  readonly dueAt?: Date;
}

/** A delivery whose status has changed. */
export interface ChangedDelivery extends DeliveryId {
  readonly status: DeliveryStatus;
  readonly at: string | Date;
}

/** The columns of a delivery that are shown. */
export type DeliveryRow = Pick<
  typeof deliveries.$inferSelect,
  'channel' | 'status' | 'reason' | 'attempts' | 'lastError' | 'dueAt' | 'updatedAt'
>;

/** The properties of a notification that the record contains. */
export interface RecordedNotification {
  /** Null: a broadcast. */
  readonly userId: string | null;
  readonly notificationType: string;
  readonly createdAt: Date;
  readonly isRead: boolean;
  /** The owner deleted the notification. */
  readonly isDeleted: boolean;
}

/**
 * Permitted transitions. A retried dead letter changes from `failed` to `sent`, or to `queued` if it has to wait. A delivery that was
 * cancelled while it was being sent changes from `skipped` to `sent`.
 */
const STEPS: Readonly<Record<DeliveryStatus, readonly DeliveryStatus[]>> = {
  queued: ['sent', 'delivered', 'failed', 'skipped'],
  failed: ['queued', 'sent', 'delivered', 'skipped'],
  sent: ['delivered', 'failed'],
  delivered: [],
  skipped: ['sent', 'delivered'],
};
const ALLOWED = Object.entries(STEPS).flatMap(([from, to]) => to.map((status) => `${from}>${status}`));

/** The record of deliveries. Every method takes the database or the transaction to use. */
@Injectable()
export class DeliveriesRepository {
  /** Inserts any number of deliveries in one statement. Existing rows are not changed. */
  insertion(deliveries: readonly NewDelivery[]): SQL {
    const rows = deliveries.map(({ notificationId, userId, channel, status, reason, dueAt, escalation }) => ({
      notification_id: notificationId,
      user_id: userId,
      channel,
      status,
      reason,
      due_at: dueAt,
      escalation,
    }));
    return sql`
      INSERT INTO deliveries (notification_id, user_id, channel, status, reason, due_at, escalation)
      SELECT notification_id, user_id, channel, status, reason, due_at, escalation
      FROM json_to_recordset(${JSON.stringify(rows)}::json) AS given(notification_id uuid, user_id text, channel text,
        status text, reason text, due_at timestamptz, escalation boolean)
      ON CONFLICT DO NOTHING`;
  }

  async insert(db: Queryable, deliveries: readonly NewDelivery[]): Promise<void> {
    if (deliveries.length > 0) await db.execute(this.insertion(deliveries));
  }

  /** Records notifications that were written to a socket. Ignores those already recorded, broadcasts and unknown ids. */
  async insertWritten(db: Queryable, notificationIds: readonly string[]): Promise<void> {
    await db.execute(
      sql`INSERT INTO deliveries (notification_id, user_id, channel, status)
          SELECT id, user_id, 'websocket', 'sent' FROM notifications
          WHERE id = any(${sql.param([...notificationIds])}::uuid[]) AND user_id IS NOT NULL ORDER BY id
          ON CONFLICT DO NOTHING`,
    );
  }

  /** Null: not found. */
  async notification(db: Queryable, id: string): Promise<RecordedNotification | null> {
    const { userId, notificationType, createdAt, hiddenAt, archivedAt } = notifications;
    const shown = { userId, notificationType, createdAt, hiddenAt, archivedAt, readAt: ownReadAt };
    const query = db.select(shown).from(notifications).leftJoin(inboxes, eq(inboxes.userId, userId));
    const [row] = await query.where(eq(notifications.id, id));
    return row
      ? { ...row, isDeleted: row.hiddenAt !== null && row.archivedAt === null, isRead: row.readAt !== null }
      : null;
  }

  async ofNotification(db: Queryable, notificationId: string, userId: string): Promise<DeliveryRow[]> {
    const { channel, status, reason, attempts, lastError, dueAt, updatedAt } = deliveries;
    return db
      .select({ channel, status, reason, attempts, lastError, dueAt, updatedAt })
      .from(deliveries)
      .where(and(eq(deliveries.notificationId, notificationId), eq(deliveries.userId, userId)));
  }

  /** Returns the deliveries with a changed status. Rows are locked in a fixed order to avoid deadlocks. */
  async change(db: Queryable, changes: readonly DeliveryChange[]): Promise<ChangedDelivery[]> {
    if (changes.length === 0) return [];
    const { rows } = await execute<ChangeRow>(
      db,
      sql`
      WITH given AS (
        SELECT * FROM json_to_recordset(${JSON.stringify(changes.map(changeRow))}::json)
          AS given(notification_id uuid, user_id text, channel text, status text, reason text, attempts int, error text,
                   provider_id text, due_at timestamptz)
      ), before AS MATERIALIZED (
        SELECT given.*, delivery.status AS old_status,
               delivery.status || '>' || given.status = any(${sql.param(ALLOWED)}::text[]) AS allowed
        FROM given JOIN deliveries delivery USING (notification_id, user_id, channel)
        ORDER BY notification_id, user_id, channel FOR UPDATE OF delivery
      )
      UPDATE deliveries AS delivery SET
        status = CASE WHEN before.allowed THEN before.status ELSE delivery.status END,
        reason = CASE WHEN before.allowed OR before.status = before.old_status THEN before.reason ELSE delivery.reason END,
        attempts = delivery.attempts + before.attempts,
        last_error = coalesce(before.error, delivery.last_error),
        provider_id = coalesce(before.provider_id, delivery.provider_id),
        due_at = coalesce(before.due_at, delivery.due_at),
        updated_at = clock_timestamp()
      FROM before
      WHERE delivery.notification_id = before.notification_id AND delivery.user_id = before.user_id
        AND delivery.channel = before.channel
      RETURNING delivery.notification_id, delivery.user_id, delivery.channel, delivery.status, delivery.updated_at AS at,
        before.allowed AS changed`,
    );
    return rows
      .filter(({ changed }) => changed)
      .map(({ notification_id, user_id, channel, status, at }) => ({
        notificationId: notification_id,
        userId: user_id,
        channel,
        status,
        at,
      }));
  }

  /** The delivery with this provider id; null if there is none. */
  async findByProviderId(db: Queryable, channel: string, providerId: string): Promise<DeliveryId | null> {
    const { rows } = await execute<IdRow>(
      db,
      sql`SELECT notification_id, user_id, channel FROM deliveries
          WHERE provider_id = ${providerId} AND channel = ${channel} LIMIT 1`,
    );
    return rows.map(deliveryId)[0] ?? null;
  }

  /**
   * Locks and returns queued deliveries of a notification, in the order of user ids, after a user. Those that are being sent are
   * omitted: their worker holds the lock, and waiting for it would be a deadlock.
   */
  async queued(db: Queryable, notificationId: string, afterUserId: string, limit: number): Promise<DeliveryId[]> {
    const query = sql`SELECT notification_id, user_id, channel FROM deliveries
      WHERE notification_id = ${notificationId} AND user_id > ${afterUserId} AND status = 'queued'
      ORDER BY user_id, channel LIMIT ${limit} FOR UPDATE SKIP LOCKED`;
    return (await execute<IdRow>(db, query)).rows.map(deliveryId);
  }

  /** Queued escalations of a user, for these notifications or for all, without those that are being sent. Locks them. */
  async pendingEscalations(db: Queryable, userId: string, ids: readonly string[] | 'all'): Promise<DeliveryId[]> {
    const these = ids === 'all' ? sql`true` : sql`notification_id = any(${sql.param([...ids])}::uuid[])`;
    const pending = sql`SELECT notification_id, user_id, channel FROM deliveries
      WHERE user_id = ${userId} AND escalation AND status = 'queued' AND ${these}
      ORDER BY notification_id, channel FOR UPDATE SKIP LOCKED`;
    return (await execute<IdRow>(db, pending)).rows.map(deliveryId);
  }
}

interface IdRow {
  readonly notification_id: string;
  readonly user_id: string;
  readonly channel: DeliveryId['channel'];
}

interface ChangeRow extends IdRow {
  readonly status: DeliveryStatus;
  readonly at: string | Date;
  readonly changed: boolean;
}

function deliveryId({ notification_id: notificationId, user_id: userId, channel }: IdRow): DeliveryId {
  return { notificationId, userId, channel };
}

function changeRow({
  notificationId,
  userId,
  channel,
  status,
  attempted,
  error,
  providerId,
  ...change
}: DeliveryChange) {
  return {
    notification_id: notificationId,
    user_id: userId,
    channel,
    status,
    reason: change.reason ?? null,
    attempts: attempted === true ? 1 : 0,
    error: storable(error),
    provider_id: storable(providerId),
    due_at: change.dueAt ?? null,
  };
}

/** Providers can return text that PostgreSQL cannot store. */
function storable(text: string | null | undefined): string | null {
  return text === null || text === undefined ? null : storableText(text);
}
