import { Logger } from '@nestjs/common';
import type { Database } from '../database/database.js';
import { storableText } from '../text/storable-text.js';
import type { Transaction } from '../database/backend/transaction.js';
import { loggable } from '../errors/error/loggable.js';
import { JobFailed } from './job.js';
import type { DeadJobHandler, Job, JobHandler } from './job.js';
import type { JobStatistics } from './job-statistics.js';
import type { ClaimedJob, Failure, JobStore } from './job-store.js';
import type { Queue } from './queue.js';
import { recentlyDead } from './queue-tables.js';

/** The dependencies of workers of all queues. */
export interface WorkerMeans {
  readonly database: Database;
  readonly store: JobStore;
  readonly statistics: JobStatistics;
}

/** Runs the jobs of one queue in this process, at most `concurrency` at a time. */
export class QueueWorker {
  private readonly logger = new Logger('Jobs');
  private readonly running = new Map<string, Promise<void>>();
  private readonly concurrency: number;
  private claiming: Promise<void> | undefined;
  /** Whether jobs may be waiting that the last claim did not see. */
  private more = false;
  private stopping = false;

  constructor(
    private readonly means: WorkerMeans,
    readonly queue: Queue<unknown>,
    private readonly handler: JobHandler<unknown>,
    private readonly onDead?: DeadJobHandler<unknown>,
  ) {
    this.concurrency = queue.options.concurrency ?? 1;
  }

  /** Ids of the running jobs. */
  get busy(): string[] {
    return [...this.running.keys()];
  }

  /** Call this when jobs may be waiting. */
  wake(): void {
    this.more = true;
    this.proceed();
  }

  /** Stops claiming jobs and waits for running jobs. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.claiming;
    await Promise.all(this.running.values());
  }

  private proceed(): void {
    const free = this.concurrency - this.running.size;
    // A claim costs the same for one job as for many, so wait until there is room for several.
    if (this.stopping || !this.more || this.claiming || free < this.concurrency / 2) return;
    this.more = false;
    this.claiming = this.claim(free).finally(() => {
      this.claiming = undefined;
      this.proceed();
    });
  }

  private async claim(atMost: number): Promise<void> {
    try {
      const { database, store } = this.means;
      const jobs = await database.asJob(() => store.claim(this.queue.name, atMost));
      if (jobs.length === atMost) this.more = true;
      for (const job of jobs) this.start(job);
    } catch (error) {
      this.logger.warn(`no job could be claimed from ${this.queue.name}; retrying later: ${String(error)}`);
    }
  }

  private start(claimed: ClaimedJob): void {
    const done = this.means.database
      .asJob(() => this.work(claimed))
      .finally(() => {
        this.running.delete(claimed.id);
        this.proceed();
      });
    this.running.set(claimed.id, done);
  }

  private async work(claimed: ClaimedJob): Promise<void> {
    const job = new RunningJob(this.means.store, this.queue.name, claimed);
    try {
      await this.handler(job);
      if (!job.isFinished) await this.means.store.finish(this.queue.name, [job.id]);
      this.means.statistics.count(this.queue.name, 'done');
    } catch (error) {
      await this.fail(job, error);
    }
  }

  /**
   * Runs after the supervision. If a worker stopped reporting progress during the last attempt, no handler knows that the job is
   * dead.
   */
  async reportDead(): Promise<void> {
    const { onDead } = this;
    if (!onDead) return;
    await this.means.database.transaction(async (tx) => {
      const data = await recentlyDead(tx.db, this.queue.name);
      if (data.length > 0) await onDead(tx, data);
    });
  }

  private async fail(job: Job<unknown>, error: unknown): Promise<void> {
    const failure = failureOf(error);
    const dead = job.isLastAttempt || !failure.retry;
    this.means.statistics.count(this.queue.name, dead ? 'dead' : 'failed');
    const what = `job ${job.id} of ${this.queue.name} failed (attempt ${job.attempt}${dead ? ', the last' : ''})`;
    // The stack trace shows the place of unexpected errors.
    if (error instanceof JobFailed) this.logger.warn(`${what}: ${failure.message}`);
    else this.logger.warn(what, loggable(error));
    try {
      await this.means.database.transaction(async (tx) => {
        await this.means.store.fail(tx, this.queue.name, job.id, failure);
        if (dead) await this.onDead?.(tx, [job.data]);
      });
    } catch (reason) {
      // The job is no longer reported as running, so it is retried like a job of a worker that stopped reporting progress.
      this.logger.warn(`the failure of job ${job.id} could not be stored: ${String(reason)}`);
    }
  }
}

class RunningJob implements Job<unknown> {
  readonly id: string;
  readonly data: unknown;
  readonly attempt: number;
  readonly isLastAttempt: boolean;
  isFinished = false;

  constructor(
    private readonly store: JobStore,
    private readonly queue: string,
    { id, data, retryCount, retryLimit }: ClaimedJob,
  ) {
    this.id = id;
    this.data = data;
    this.attempt = retryCount + 1;
    this.isLastAttempt = retryCount >= retryLimit;
  }

  async finish(tx: Transaction, ...others: readonly RunningJob[]): Promise<void> {
    const jobs = [this, ...others];
    await this.store.finish(
      this.queue,
      jobs.map(({ id }) => id),
      tx,
    );
    for (const job of jobs) job.isFinished = true;
  }
}

function failureOf(error: unknown): Failure {
  const safe = loggable(error);
  const message = storableText((safe instanceof Error ? safe.message : String(safe)).slice(0, 1_000));
  if (!(error instanceof JobFailed)) return { message, retry: true };
  const { retry = true, retryAfterMs } = error.how;
  return { message, retry, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}
