import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/backend/transaction.js';
import { loggable } from '../errors/loggable.js';
import type { Job } from '../jobs/job.js';
import { Jobs } from '../jobs/jobs.js';
import type { BatchPayload } from './batch-payload.js';
import { BatchProgress } from './batch-progress.js';
import type { Batch } from './batch-view.js';
import { Batches } from './batches.js';
import type { BatchStep } from './batches.js';
import { BatchesRepository } from './batches.repository.js';

/** Of the time a slice took, how much is left to others before the next one: more than half. */
const REST = 1.5;
const MAX_REST_MS = 1_000;
/** Slices between two messages of progress. */
const TOLD_EVERY = 4;

/**
 * Does one slice within `tx`: sends `payload` to these users, or to everybody (null). Says how many could not be sent to
 * because they are no users.
 */
export type SliceWork = (tx: Transaction, payload: BatchPayload, userIds: readonly string[] | null) => Promise<number>;

/**
 * Does batches slice by slice. A slice, the count of it, the end of its job and the job of the next slice are one
 * transaction: whoever dies, wherever, another worker goes on with the very next user.
 */
@Injectable()
export class BatchRunner {
  private work: SliceWork = () => Promise.reject(new Error('nobody does the slices'));

  constructor(
    private readonly database: Database,
    private readonly repository: BatchesRepository,
    private readonly batches: Batches,
    private readonly jobs: Jobs,
    private readonly progress: BatchProgress,
  ) {
    jobs.handle(batches.queue, (job) => this.run(job));
  }

  /** Who does the slices. Call it in a constructor. */
  use(work: SliceWork): void {
    this.work = work;
  }

  private async run(job: Job<BatchStep>): Promise<void> {
    const begin = performance.now();
    try {
      await this.step(job, this.work);
    } catch (error) {
      if (!job.isLastAttempt) throw error;
      // The others shall not miss theirs because of this slice.
      await this.step(job, (_tx, _payload, userIds) => Promise.resolve(userIds?.length ?? 1), reasonOf(error));
    }
    // Live traffic comes first: it has the rest of the time, and of the database.
    await sleep(Math.min((performance.now() - begin) * REST, MAX_REST_MS));
  }

  private step(job: Job<BatchStep>, work: SliceWork, lastError?: string): Promise<void> {
    const { batchId, slice: number } = job.data;
    return this.database.transaction(async (tx) => {
      await job.finish(tx);
      const batch = await this.repository.lock(tx.db, batchId);
      const slice = batch && (await this.repository.takeSlice(tx.db, batchId, number));
      // Cancelled, or done by another worker that was taken for dead.
      if (!batch || !slice) return;
      const failed = await work(tx, batch.payload, slice.userIds);
      const isOver = await this.count(tx, batch, { number, size: slice.userIds?.length ?? 1, failed, lastError });
      if (!isOver) await this.jobs.enqueue(tx, this.batches.queue, { batchId, slice: number + 1 });
    });
  }

  /** Says whether it was the last one. */
  private async count(tx: Transaction, batch: Batch, slice: SliceCount): Promise<boolean> {
    const { number, size, failed, lastError } = slice;
    const now = new Date();
    const done = batch.done + size - failed;
    const isOver = done + batch.failed + failed === batch.total;
    const counted = await this.repository.update(tx.db, batch.id, {
      status: isOver ? 'done' : 'running',
      done,
      failed: batch.failed + failed,
      startedAt: batch.startedAt ?? now,
      finishedAt: isOver ? now : null,
      ...(lastError !== undefined && { lastError }),
    });
    if (isOver || (number + 1) % TOLD_EVERY === 0) this.progress.announce(tx, counted);
    return isOver;
  }
}

interface SliceCount {
  readonly number: number;
  readonly size: number;
  readonly failed: number;
  readonly lastError: string | undefined;
}

function reasonOf(error: unknown): string {
  const safe = loggable(error);
  return (safe instanceof Error ? safe.message : String(safe)).slice(0, 500);
}
