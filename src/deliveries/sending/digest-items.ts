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

/** Notifications in one mail; further ones go into the next. */
const MOST_IN_ONE = 200;

/** A notification that waits for a digest. */
export interface DigestItem {
  readonly notificationId: string;
  readonly notificationType: string;
  readonly title: string;
  readonly message: string;
  readonly createdAt: Date;
  /** Whether it is still wanted. */
  readonly decision: SendDecision;
}

/** What waits for digests: taken by one job each, so that every notification is in one mail. */
@Injectable()
export class DigestItems {
  constructor(
    private readonly database: Database,
    private readonly changes: DeliveryChanges,
    private readonly preferences: Preferences,
    private readonly decisions: SendDecisions,
    private readonly queues: DeliveryQueues,
  ) {}

  /** All that is due with the e-mail of this job and that no other job has taken; the same again for the same job. Oldest first. */
  async take(job: Job<DeliveryJob>, user: User): Promise<DigestItem[]> {
    const ids = await this.claim(job.data);
    if (ids.length === 0) return [];
    const preferences = await this.preferences.ofOne(user.id);
    const now = new Date();
    const reader = {
      ...user,
      ...{ emailConfirmed: user.emailConfirmedAt !== null, phoneConfirmed: user.phoneConfirmedAt !== null },
    };
    return (await this.load(user.id, ids)).map((row) => {
      const notification = { type: row.notification_type, isRead: row.is_read, isDeleted: row.is_deleted };
      const delivery = { channel: 'email' as const, escalation: false, notification, user: reader, preferences };
      return {
        ...{ notificationId: row.id, notificationType: row.notification_type },
        ...{ title: row.title, message: row.message, createdAt: new Date(row.created_at) },
        decision: this.decisions.decide(delivery, now, { isDigest: true }),
      };
    });
  }

  /** Records those that are not wanted any more, and holds the others back until then. */
  async postpone(job: Job<DeliveryJob>, items: readonly DigestItem[], until: Date): Promise<void> {
    const { notification_id: notificationId, user_id: userId } = job.data;
    const changes = items.map((item) => ({
      ...{ notificationId: item.notificationId, userId, channel: 'email' as const },
      ...(item.decision.kind === 'skip'
        ? skipped(item.decision.reason)
        : { status: 'queued' as const, reason: REASONS.digest }),
      // Of all: the next job finds what is due by the time of its own notification, wanted or not.
      dueAt: until,
    }));
    const digest = { notificationId, userId, channel: 'email', status: 'queued', reason: REASONS.digest } as const;
    await this.database.transaction(async (tx) => {
      await this.changes.change(tx, changes);
      await this.queues.enqueue(tx, [{ ...digest, dueAt: until, escalation: false }]);
      await job.finish(tx);
    });
  }

  /** Records what became of them, and ends the job with it. Throws JobFailed, which has it retried, where the mail could not be sent. */
  async store(job: Job<DeliveryJob>, items: readonly DigestItem[], outcome: Outcome | null): Promise<void> {
    const mayRetry = outcome?.status === 'failed' && outcome.retry && !job.isLastAttempt;
    const changes = items.map(({ notificationId, decision }) => ({
      ...{ notificationId, userId: job.data.user_id, channel: 'email' as const },
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

  /** Locked in order, so that two jobs of one user wait for each other rather than for ever. */
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
            coalesce(notifications.hidden_at, mark.hidden_at) IS NOT NULL AS is_deleted
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
}

type Change = { readonly status: 'queued' | 'sent' | 'failed' | 'skipped' } & Record<string, unknown>;

function skipped(reason: string): Change {
  return { status: 'skipped', reason };
}

/** What failed keeps its reason, by which the next attempt finds it. */
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
