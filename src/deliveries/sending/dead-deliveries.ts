import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { execute } from '../../database/execute.js';
import type { Transaction } from '../../database/backend/transaction.js';
import { Jobs } from '../../jobs/jobs.js';
import { PROVIDER_CHANNELS } from '../../providers/provider/delivery-provider.js';
import type { ProviderChannel } from '../../providers/provider/delivery-provider.js';
import { DeliveryChanges } from '../record/delivery-changes.js';
import { DeliveryQueues } from '../planning/delivery-queues.js';
import type { DeliveryJob } from '../planning/delivery-queues.js';

const ERROR = 'no attempt was completed';

/**
 * Marks deliveries as failed if their job was dead-lettered without an outcome, for example after a worker was killed. They would
 * otherwise stay `queued` forever.
 */
@Injectable()
export class DeadDeliveries {
  constructor(
    jobs: Jobs,
    queues: DeliveryQueues,
    private readonly changes: DeliveryChanges,
  ) {
    for (const channel of PROVIDER_CHANNELS) {
      jobs.onDead(queues.get(channel), (tx, dead) => this.fail(tx, channel, dead));
    }
    jobs.onDead(queues.digests, (tx, dead) => this.failDigests(tx, dead));
  }

  /** Deliveries that already have an outcome are not changed. */
  private async fail(tx: Transaction, channel: ProviderChannel, jobs: readonly DeliveryJob[]): Promise<void> {
    const { rows } = await execute<DeliveryJob>(
      tx.db,
      sql`SELECT delivery.notification_id, delivery.user_id
          FROM json_to_recordset(${JSON.stringify(jobs)}::json) AS dead(notification_id uuid, user_id text)
          JOIN deliveries delivery USING (notification_id, user_id)
          WHERE channel = ${channel} AND status = 'queued' AND coalesce(due_at <= now(), true)
          ORDER BY notification_id, user_id FOR UPDATE OF delivery`,
    );
    await this.changes.change(
      tx,
      rows.map((row) => ({ ...idOf(row), channel, status: 'failed', error: ERROR })),
    );
  }

  /** Fails all e-mails that the digests of these jobs included. */
  private async failDigests(tx: Transaction, jobs: readonly DeliveryJob[]): Promise<void> {
    const { rows } = await execute<DeliveryJob>(
      tx.db,
      sql`SELECT delivery.notification_id, delivery.user_id
          FROM json_to_recordset(${JSON.stringify(jobs)}::json) AS dead(notification_id uuid, user_id text)
          JOIN deliveries delivery ON delivery.user_id = dead.user_id
            AND dead.notification_id IN (delivery.notification_id, delivery.digest_id)
          WHERE channel = 'email' AND status = 'queued' AND reason = 'digest' AND due_at <= now()
            AND coalesce(digest_id = dead.notification_id, true)
          ORDER BY 1, 2 FOR UPDATE OF delivery`,
    );
    // Keep the reason: when the dead letter is retried, it finds its e-mails by the reason.
    const failed = { channel: 'email', status: 'failed', reason: 'digest', error: ERROR } as const;
    await this.changes.change(
      tx,
      rows.map((row) => ({ ...idOf(row), ...failed })),
    );
  }
}

function idOf({ notification_id: notificationId, user_id: userId }: DeliveryJob) {
  return { notificationId, userId };
}
