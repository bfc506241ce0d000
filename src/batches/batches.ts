import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { uuidv7 } from 'uuidv7';
import type { Author } from '../auth/principal/actor.js';
import { AuditLog } from '../audit/audit-log.js';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/backend/transaction.js';
import { isUuid, UUID } from '../database/uuid.js';
import { ServiceError } from '../errors/error/service-error.js';
import { Jobs } from '../jobs/jobs.js';
import type { Queue } from '../jobs/queue.js';
import { pageOf, pageRequest } from '../pagination/page.js';
import type { Page } from '../pagination/page.js';
import type { BatchPayload } from './batch-payload.js';
import { BatchProgress } from './batch-progress.js';
import { batchView } from './batch-view.js';
import type { Batch } from './batch-view.js';
import type { BatchDto, BatchListQuery } from './batches.dto.js';
import { BatchesRepository } from './batches.repository.js';
import type { BatchChanges } from './batches.repository.js';
import { batches } from './batches.table.js';

/** One step of a batch. The slice number distinguishes the next job from a duplicate caused by a crash. */
export interface BatchStep {
  readonly batchId: string;
  readonly slice: number;
}

export interface BatchRequest {
  /** If this is an administrator, their sockets receive the progress. */
  readonly author: Author;
  readonly payload: BatchPayload;
  /** Without duplicates. Null: all users. */
  readonly userIds: readonly string[] | null;
  /** Null: immediately. */
  readonly sendAt: Date | null;
}

/** One step of the retraction of a batch. */
export interface RetractionStep {
  readonly batchId: string;
  /** Notifications with ids up to this one are retracted; null: none. */
  readonly after: string | null;
}

/** Creates, reads, cancels and retracts batches of notifications that are scheduled or have very many recipients. */
@Injectable()
export class Batches {
  readonly queue: Queue<BatchStep>;
  /** The room that creates the notifications of batches also retracts them. */
  readonly retractions: Queue<RetractionStep>;

  constructor(
    private readonly database: Database,
    private readonly repository: BatchesRepository,
    private readonly jobs: Jobs,
    private readonly progress: BatchProgress,
    private readonly audit: AuditLog,
  ) {
    this.queue = jobs.declare<BatchStep>('batches');
    this.retractions = jobs.declare<RetractionStep>('retract_batch');
  }

  /** The batch exists and its first job is enqueued when the caller's transaction commits. */
  async create(tx: Transaction, { author, payload, userIds, sendAt }: BatchRequest): Promise<BatchDto> {
    const total = userIds?.length ?? 1;
    const status = sendAt === null ? 'running' : 'scheduled';
    const createdBy = { createdBy: author.userId, createdByKey: author.keyId };
    const batch = { id: uuidv7(), ...createdBy, status, payload, total, sendAt } as const;
    const row = await this.repository.insert(tx.db, batch, userIds);
    const step = { batchId: row.id, slice: 0 };
    await this.jobs.enqueue(tx, this.queue, step, sendAt === null ? {} : { startAfter: sendAt });
    return batchView(row);
  }

  /** Throws not_found. */
  async find(id: string): Promise<BatchDto> {
    const batch = isUuid(id) ? await this.repository.find(this.database.db, id) : null;
    return batchView(known(batch));
  }

  /** Newest first. */
  async list(query: BatchListQuery): Promise<Page<BatchDto>> {
    const request = pageRequest(query, UUID);
    const rows = await this.repository.list(this.database.db, query.status, request.after, request.take);
    return pageOf(rows, request, ({ id }) => id, batchView);
  }

  /**
   * Stops a batch. Notifications already sent are not affected. Cancelling again changes nothing. Throws not_found, and
   * conflict if the batch is done.
   */
  async cancel(id: string): Promise<BatchDto> {
    if (!isUuid(id)) throw notFound();
    return this.database.transaction(async (tx) => {
      const batch = known(await this.repository.lock(tx.db, id));
      if (batch.status === 'done') throw new ServiceError('conflict', 'This batch has already been sent.');
      if (batch.status === 'cancelled') return batchView(batch);
      return this.end(tx, id, {});
    });
  }

  /**
   * Stops a batch, and retracts the notifications that it has sent, in the background. Retracting again changes nothing. Throws
   * not_found.
   */
  async retract(id: string, author: Author): Promise<BatchDto> {
    if (!isUuid(id)) throw notFound();
    return this.database.transaction(async (tx) => {
      const batch = known(await this.repository.lock(tx.db, id));
      if (batch.retractedAt !== null) return batchView(batch);
      await this.audit.record(tx.db, { action: 'batch_retracted', author, target: { type: 'batch', id } });
      await this.jobs.enqueue(tx, this.retractions, { batchId: id, after: null });
      const retractedAt = new Date();
      if (batch.status !== 'done') return this.end(tx, id, { retractedAt });
      return this.change(tx, id, { retractedAt });
    });
  }

  /** Adds to the number of retracted notifications, within the caller's transaction. `isOver`: there are no others. */
  async countRetracted(tx: Transaction, id: string, count: number, isOver: boolean): Promise<void> {
    const retracted = sql`${batches.retracted} + ${count}::int`;
    const counted = await this.repository.update(tx.db, id, { retracted });
    if (isOver) this.progress.announce(tx, counted);
  }

  /** Ends a batch that is not done. */
  private async end(tx: Transaction, id: string, changes: BatchChanges): Promise<BatchDto> {
    await this.repository.removeSlices(tx.db, id);
    return this.change(tx, id, { ...changes, status: 'cancelled', finishedAt: new Date() });
  }

  private async change(tx: Transaction, id: string, changes: BatchChanges): Promise<BatchDto> {
    const changed = await this.repository.update(tx.db, id, changes);
    this.progress.announce(tx, changed);
    return batchView(changed);
  }
}

function known(batch: Batch | null): Batch {
  if (!batch) throw notFound();
  return batch;
}

function notFound(): ServiceError {
  return new ServiceError('not_found', 'There is no such batch.');
}
