import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { Database } from '../../database/database.js';
import { execute } from '../../database/execute.js';
import type { Queryable, Transaction } from '../../database/backend/transaction.js';
import type { Job } from '../../jobs/job.js';
import { Jobs } from '../../jobs/jobs.js';
import type { Queue } from '../../jobs/queue.js';
import { userStream } from '../../streams/names/group-names.js';
import { StreamLog } from '../../streams/stream-log.js';

/** Marks deleted in one transaction. It blocks other changes of these users. */
const SLICE = 50;

interface RemovalJob {
  readonly notification_id: string;
}

/**
 * Deletes the marks of retracted broadcasts, in slices. Counts are exact before, during and after it; but until it is done, every
 * count looks up whether its user has such a mark.
 */
@Injectable()
export class RetractedMarks {
  private readonly queue: Queue<RemovalJob>;

  constructor(
    private readonly database: Database,
    private readonly streamLog: StreamLog,
    private readonly jobs: Jobs,
  ) {
    this.queue = jobs.declare('remove_retracted_marks');
    jobs.handle(this.queue, (job) => this.slice(job));
  }

  async startRemoval(tx: Transaction, notificationId: string): Promise<void> {
    await this.jobs.enqueue(tx, this.queue, { notification_id: notificationId });
  }

  private slice(job: Job<RemovalJob>): Promise<void> {
    const { notification_id: id } = job.data;
    return this.database.transaction(async (tx) => {
      const userIds = await usersWithMark(tx.db, id);
      await this.streamLog.lockAll(tx, userIds.map(userStream));
      // One by one, because a trigger updates the inboxes, which are locked in the order of users.
      for (const userId of userIds) {
        await execute(tx.db, sql`DELETE FROM broadcast_marks WHERE notification_id = ${id} AND user_id = ${userId}`);
      }
      if (userIds.length === SLICE) await this.jobs.enqueue(tx, this.queue, job.data);
      else await execute(tx.db, sql`DELETE FROM unsettled_retractions WHERE notification_id = ${id}`);
      await job.finish(tx);
    });
  }
}

async function usersWithMark(db: Queryable, notificationId: string): Promise<string[]> {
  const { rows } = await execute<{ user_id: string }>(
    db,
    sql`SELECT user_id FROM broadcast_marks WHERE notification_id = ${notificationId} ORDER BY user_id COLLATE "C" LIMIT ${SLICE}`,
  );
  return rows.map(({ user_id: userId }) => userId);
}
