import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/backend/transaction.js';
import { loggable } from '../errors/error/loggable.js';
import type { Job } from '../jobs/job.js';
import { Jobs } from '../jobs/jobs.js';
import { BatchProgress } from './batch-progress.js';
import type { Batch } from './batch-view.js';
import { Batches } from './batches.js';
import type { BatchStep } from './batches.js';
import { BatchesRepository } from './batches.repository.js';
import { SliceSender } from './slice-sender.js';

/** The pause after a slice, as a multiple of the slice's duration. More than half of the time is left to other work. */
const REST = 1.5;
const MAX_REST_MS = 1_000;
/** A progress message is published after this many slices. */
const SLICES_PER_MESSAGE = 4;

type SliceWork = SliceSender['sendSlice'];

/**
 * Processes batches slice by slice. A slice, its count, the end of its job and the job of the next slice are committed
 * in one transaction. If a worker crashes, another worker continues exactly where it stopped. The module that provides
 * the `SliceSender` also provides the runner.
 */
@Injectable()
export class BatchRunner {
  constructor(
    private readonly database: Database,
    private readonly repository: BatchesRepository,
    private readonly batches: Batches,
    private readonly jobs: Jobs,
    private readonly progress: BatchProgress,
    private readonly sender: SliceSender,
  ) {
    jobs.handle(batches.queue, (job) => this.run(job));
  }

  private async run(job: Job<BatchStep>): Promise<void> {
    const begin = performance.now();
    try {
      await this.step(job, (tx, batch, userIds) => this.sender.sendSlice(tx, batch, userIds));
    } catch (error) {
      if (!job.isLastAttempt) throw error;
      // Count the slice as failed, so that the following slices are still sent.
      await this.step(job, (_tx, _batch, userIds) => Promise.resolve(userIds?.length ?? 1), reasonOf(error));
    }
    // Pause to leave processing time and the database to live traffic.
    await sleep(Math.min((performance.now() - begin) * REST, MAX_REST_MS));
  }

  private step(job: Job<BatchStep>, work: SliceWork, lastError?: string): Promise<void> {
    const { batchId, slice: number } = job.data;
    return this.database.transaction(async (tx) => {
      await job.finish(tx);
      const batch = await this.repository.lock(tx.db, batchId);
      const slice = batch && (await this.repository.takeSlice(tx.db, batchId, number));
      // The batch was cancelled, or another worker that was considered stopped has processed this slice.
      if (!batch || !slice) return;
      const failed = await work(tx, batch, slice.userIds);
      const isOver = await this.count(tx, batch, { number, size: slice.userIds?.length ?? 1, failed, lastError });
      if (!isOver) await this.jobs.enqueue(tx, this.batches.queue, { batchId, slice: number + 1 });
    });
  }

  /** Returns whether this was the last slice. */
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
    if (isOver || (number + 1) % SLICES_PER_MESSAGE === 0) this.progress.announce(tx, counted);
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
