import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { Database } from '../../database/database.js';
import { execute } from '../../database/execute.js';
import { JobFailed } from '../../jobs/job.js';
import type { Job } from '../../jobs/job.js';
import type { User } from '../../auth/users/users.js';
import { Preferences } from '../../preferences/preferences.js';
import type { Outcome } from '../../providers/provider/delivery-provider.js';
import { REASONS } from '../record/delivery.js';
import { DeliveryChanges } from '../record/delivery-changes.js';
import { DeliveryQueues } from '../planning/delivery-queues.js';
import type { DeliveryJob } from '../planning/delivery-queues.js';
import { SendDecisions } from '../planning/send-decisions.js';
import type { SendDecision } from '../planning/send-decisions.js';

/** Maximum number of notifications in one digest. The next digest contains the rest. */
const MOST_IN_ONE = 200;

/** A notification that waits for a digest. */
export interface DigestItem {
  readonly notificationId: string;
  readonly notificationType: string;
  readonly title: string;
  readonly message: string;
  readonly createdAt: Date;
  /** Whether the notification is still to be sent. */
  readonly decision: SendDecision;
}

/** The notifications that wait for digests. Each is claimed by a single job, so that it is sent in one digest only. */
@Injectable()
export class DigestItems {
  constructor(
    private readonly database: Database,
    private readonly changes: DeliveryChanges,
    private readonly preferences: Preferences,
    private readonly decisions: SendDecisions,
    private readonly queues: DeliveryQueues,
  ) {}

  /**
   * Claims all notifications that are due with this job's e-mail and that no other job has claimed. Repeating it for the same job
   * returns them again. Oldest first.
   */
  async take(job: Job<DeliveryJob>, user: User): Promise<DigestItem[]> {
    const ids = await this.claim(job.data);
    if (ids.length === 0) return [];
    const preferences = await this.preferences.ofOne(user.id);
    const now = new Date();
    const reader = {
      ...user,
      emailConfirmed: user.emailConfirmedAt !== null,
      phoneConfirmed: user.phoneConfirmedAt !== null,
    };
    return (await this.load(user.id, ids)).map((row) => {
      const notification = {
        type: row.notification_type,
        isRead: row.is_read,
        isDeleted: row.is_deleted,
        isArchived: row.is_archived,
        isRetracted: row.is_retracted,
        isExpired: row.is_expired,
      };
      const delivery = { channel: 'email' as const, escalation: false, notification, user: reader, preferences };
      return {
        notificationId: row.id,
        notificationType: row.notification_type,
        title: row.title,
        message: row.message,
        createdAt: new Date(row.created_at),
        decision: this.decisions.decide(delivery, now, { isDigest: true }),
      };
    });
  }

  /** Records the notifications that are no longer wanted, and postpones the others. */
  async postpone(job: Job<DeliveryJob>, items: readonly DigestItem[], until: Date): Promise<void> {
    const { notification_id: notificationId, user_id: userId } = job.data;
    const changes = items.map((item) => ({
      notificationId: item.notificationId,
      userId,
      channel: 'email' as const,
      ...(item.decision.kind === 'skip'
        ? skipped(item.decision.reason)
        : { status: 'queued' as const, reason: REASONS.digest }),
      // Set for all of them: the next job finds due e-mails by the due time of its own notification, even if that one is skipped.
      dueAt: until,
    }));
    const digest = { notificationId, userId, channel: 'email', status: 'queued', reason: REASONS.digest } as const;
    await this.database.transaction(async (tx) => {
      await this.changes.change(tx, changes);
      await this.queues.enqueue(tx, [{ ...digest, dueAt: until, escalation: false }]);
      await job.finish(tx);
    });
  }

  /**
   * Records the outcomes and completes the job. If the digest could not be sent, throws JobFailed, so that the job is retried.
   */
  async store(job: Job<DeliveryJob>, items: readonly DigestItem[], outcome: Outcome | null): Promise<void> {
    const mayRetry = outcome?.status === 'failed' && outcome.retry && !job.isLastAttempt;
    const changes = items.map(({ notificationId, decision }) => ({
      notificationId,
      userId: job.data.user_id,
      channel: 'email' as const,
      ...(decision.kind !== 'skip' && outcome !== null
        ? changeOf(outcome, mayRetry)
        : skipped(decision.kind === 'skip' ? decision.reason : REASONS.deleted)),
    }));
    await this.database.transaction(async (tx) => {
      await this.changes.change(tx, changes);
      if (outcome?.status !== 'failed') await job.finish(tx);
    });
    if (outcome?.status !== 'failed') return;
    const { error, retry, retryAfterMs } = outcome;
    throw new JobFailed(error, { retry, ...(retryAfterMs !== undefined && { retryAfterMs }) });
  }

  /** Locks the rows in a fixed order, so that two jobs of one user do not deadlock. */
  private async claim({ notification_id: digestId, user_id: userId }: DeliveryJob): Promise<string[]> {
    const { rows } = await execute<{ notification_id: string }>(
      this.database.db,
      sql`
      WITH own AS (
        SELECT due_at FROM deliveries WHERE notification_id = ${digestId} AND user_id = ${userId} AND channel = 'email'
      ), due AS MATERIALIZED (
        SELECT notification_id FROM deliveries
        WHERE user_id = ${userId} AND channel = 'email' AND reason = 'digest' AND status IN ('queued', 'failed')
          AND due_at <= (SELECT due_at FROM own) AND (digest_id IS NULL OR digest_id = ${digestId})
        ORDER BY notification_id LIMIT ${MOST_IN_ONE} FOR UPDATE
      )
      UPDATE deliveries AS delivery SET digest_id = ${digestId} FROM due
      WHERE delivery.notification_id = due.notification_id AND delivery.user_id = ${userId} AND delivery.channel = 'email'
      RETURNING delivery.notification_id`,
    );
    return rows.map((row) => row.notification_id);
  }

  private async load(userId: string, ids: readonly string[]): Promise<Row[]> {
    const { rows } = await execute<Row>(
      this.database.db,
      sql`SELECT id, notification_type, title, message, notifications.created_at,
            coalesce(notifications.read_at, mark.read_at) IS NOT NULL
              OR coalesce(notifications.broadcast_number <= watermark.read_to, false)
              OR coalesce(notifications.settled AND notifications.id <= inbox.read_to, false) AS is_read,
            coalesce(notifications.hidden_at, mark.hidden_at) IS NOT NULL AS is_deleted,
            coalesce(notifications.archived_at, mark.archived_at) IS NOT NULL AS is_archived,
            notifications.retracted_at IS NOT NULL AS is_retracted,
            coalesce(notifications.expires_at <= now(), false) AS is_expired
          FROM notifications
          LEFT JOIN inboxes inbox ON inbox.user_id = notifications.user_id
          LEFT JOIN broadcast_watermarks watermark ON watermark.user_id = ${userId}
          LEFT JOIN broadcast_marks mark ON mark.notification_id = id AND mark.user_id = ${userId}
          WHERE id = any(${sql.param([...ids])}::uuid[]) ORDER BY id`,
    );
    return rows;
  }
}

interface Row {
  readonly id: string;
  readonly notification_type: string;
  readonly title: string;
  readonly message: string;
  readonly created_at: string | Date;
  readonly is_read: boolean;
  readonly is_deleted: boolean;
  readonly is_archived: boolean;
  readonly is_retracted: boolean;
  readonly is_expired: boolean;
}

type Change = { readonly status: 'queued' | 'sent' | 'failed' | 'skipped' } & Record<string, unknown>;

function skipped(reason: string): Change {
  return { status: 'skipped', reason };
}

/** A failed e-mail keeps its reason, because the next attempt finds it by the reason. */
function changeOf(outcome: Outcome, mayRetry: boolean): Change {
  switch (outcome.status) {
    case 'sent':
      return { status: 'sent', attempted: true, providerId: outcome.providerId };
    case 'skipped':
      return skipped(outcome.reason);
    case 'failed':
      return { status: mayRetry ? 'queued' : 'failed', reason: REASONS.digest, attempted: true, error: outcome.error };
  }
}
