import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { Database } from '../database/database.js';
import { execute } from '../database/execute.js';
import type { Queryable } from '../database/backend/transaction.js';
import { isUuid, UUID } from '../database/uuid.js';
import { ServiceError } from '../errors/error/service-error.js';
import { pageOf, pageRequest } from '../pagination/page.js';
import type { Page } from '../pagination/page.js';
import type { DeadLetterDto, DeadLetterQuery } from './dead-letters.dto.js';
import { JobStore } from './job-store.js';
import { Jobs } from './jobs.js';

/** Maximum number of dead letters retried by one request. */
const RETRIED_AT_ONCE = 1_000;

interface DeadRow {
  readonly id: string;
  readonly queue: string;
  readonly data: DeadLetterDto['data'];
  readonly attempts: number;
  readonly error: string | null;
  readonly created: string | Date;
  readonly failed: string | Date;
}

/** Jobs whose attempts all failed. They are kept for 30 days, so that administrators can inspect and retry them. */
@Injectable()
export class DeadLetters {
  constructor(
    private readonly database: Database,
    private readonly store: JobStore,
    private readonly jobs: Jobs,
  ) {}

  /** Newest first. */
  async list(query: DeadLetterQuery): Promise<Page<DeadLetterDto>> {
    const request = pageRequest(query, UUID);
    const ofQueue = query.queue === undefined ? sql`` : sql`AND name = ${query.queue}`;
    const after = request.after === null ? sql`` : sql`AND id < ${request.after}`;
    const { rows } = await execute<DeadRow>(
      this.database.db,
      sql`SELECT id, name AS queue, data, retry_count + 1 AS attempts,
            coalesce(output->>'message', output->'value'->>'message') AS error, created_on AS created, completed_on AS failed
          FROM pgboss.job WHERE state = 'failed' ${ofQueue} ${after} ORDER BY id DESC LIMIT ${request.take}`,
    );
    return pageOf(rows, request, ({ id }) => id, deadLetterView);
  }

  /** Gives this dead letter one more attempt. Throws not_found. */
  async retry(id: string): Promise<void> {
    const retried = isUuid(id) ? await this.retryWhere(sql`id = ${id}`) : 0;
    if (retried === 0) throw new ServiceError('not_found', 'There is no such dead letter.');
  }

  /** Gives the oldest 1,000 dead letters, of one queue or of all, one more attempt each. Returns their number. */
  retryAll(queue?: string): Promise<number> {
    return this.retryWhere(queue === undefined ? sql`true` : sql`name = ${queue}`);
  }

  private retryWhere(condition: ReturnType<typeof sql>): Promise<number> {
    return this.database.transaction(async (tx) => {
      const dead = await findDead(tx.db, condition);
      const queues = groupByQueue(dead);
      for (const [queue, ids] of queues) {
        await this.store.retry(tx, queue, ids);
        this.jobs.wakeAfterCommit(tx, queue);
      }
      return dead.length;
    });
  }
}

async function findDead(db: Queryable, condition: ReturnType<typeof sql>): Promise<{ id: string; name: string }[]> {
  const { rows } = await execute<{ id: string; name: string }>(
    db,
    sql`SELECT id, name FROM pgboss.job WHERE state = 'failed' AND ${condition} ORDER BY id LIMIT ${RETRIED_AT_ONCE}`,
  );
  return rows;
}

function groupByQueue(dead: readonly { id: string; name: string }[]): Map<string, string[]> {
  const queues = new Map<string, string[]>();
  for (const { id, name } of dead) queues.set(name, [...(queues.get(name) ?? []), id]);
  return queues;
}

function deadLetterView({ id, queue, data, attempts, error, created, failed }: DeadRow): DeadLetterDto {
  const moment = (value: string | Date): string => new Date(value).toISOString();
  return { id, queue, data, attempts, error, created_at: moment(created), failed_at: moment(failed) };
}
