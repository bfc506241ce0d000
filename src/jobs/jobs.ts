import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/backend/transaction.js';
import type { DeadJobHandler, JobHandler } from './job.js';
import { JobStatistics } from './job-statistics.js';
import { JobStore } from './job-store.js';
import { Queue } from './queue.js';
import type { EnqueueOptions, QueueOptions } from './queue.js';
import { dueQueues, HEARTBEAT_SECONDS, saveQueues, wantsSupervision } from './queue-tables.js';
import { QueueWorker } from './queue-worker.js';

/** Time between two checks for jobs of other processes and for delayed jobs that are due. */
const POLL_MS = 2_000;
/** Time between two checks for workers that no longer report progress. */
const SUPERVISE_MS = 10_000;
const TOUCH_MS = (HEARTBEAT_SECONDS * 1_000) / 3;

/**
 * Background jobs in the service's database. Jobs are enqueued in the caller's transaction, so no job is lost, and no job runs for
 * a transaction that was rolled back. Any process may enqueue. Processes with the role `worker` run the jobs: immediately after the
 * commit if they enqueued the job themselves, otherwise within two seconds.
 */
@Injectable()
export class Jobs implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly logger = new Logger('Jobs');
  private readonly queues = new Map<string, Queue<unknown>>();
  private readonly handlers = new Map<Queue<unknown>, JobHandler<unknown>>();
  private readonly deadHandlers = new Map<Queue<unknown>, DeadJobHandler<unknown>>();
  private readonly woken = new WeakMap<Transaction, Set<string>>();
  private workers = new Map<string, QueueWorker>();
  private timers: NodeJS.Timeout[] = [];
  private background: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly store: JobStore,
    private readonly statistics: JobStatistics,
  ) {}

  /** Declares a queue. Call this in a constructor. Every process declares all queues, even those whose jobs it does not run. */
  declare<T>(name: string, options: QueueOptions = {}): Queue<T> {
    if (this.queues.has(name)) throw new Error(`the queue ${name} is declared twice`);
    const queue = new Queue<T>(name, options);
    this.queues.set(name, queue);
    return queue;
  }

  /** Sets the handler that runs the jobs, in processes with the role `worker`. Call this in a constructor or in `onModuleInit`. */
  handle<T>(queue: Queue<T>, handler: JobHandler<T>): void {
    this.handlers.set(queue, handler as JobHandler<unknown>);
  }

  /** Sets the handler that records dead jobs. Call this in a constructor or in `onModuleInit`. */
  onDead<T>(queue: Queue<T>, handler: DeadJobHandler<T>): void {
    this.deadHandlers.set(queue, handler as DeadJobHandler<unknown>);
  }

  /** Enqueues a job if and only if the caller's transaction commits. */
  enqueue<T>(tx: Transaction, queue: Queue<T>, data: T, options: EnqueueOptions = {}): Promise<void> {
    return this.enqueueAll(tx, queue, [data], options);
  }

  /** Enqueues any number of jobs in one statement. */
  async enqueueAll<T>(
    tx: Transaction,
    queue: Queue<T>,
    data: readonly T[],
    options: EnqueueOptions = {},
  ): Promise<void> {
    if (data.length === 0) return;
    await this.store.insert(tx, queue.name, data, options);
    if (options.startAfter === undefined || options.startAfter.getTime() <= Date.now()) {
      this.wakeAfterCommit(tx, queue.name);
    }
  }

  /** Checks a queue after the commit, if this process runs its jobs. */
  wakeAfterCommit(tx: Transaction, queue: string): void {
    const known = this.woken.get(tx) ?? new Set();
    if (known.has(queue)) return;
    this.woken.set(tx, known.add(queue));
    tx.afterCommit(() => this.workers.get(queue)?.wake());
  }

  async onModuleInit(): Promise<void> {
    // Not later than `onModuleInit`, because bootstrap hooks of other classes may enqueue. All constructors have run by now.
    if (this.queues.size === 0) return;
    const { jobRetries, jobRetryDelay } = this.settings.jobs;
    await saveQueues(this.database, [...this.queues.values()], { retries: jobRetries, delay: jobRetryDelay });
  }

  onApplicationBootstrap(): void {
    if (!this.settings.process.roles.includes('worker') || this.handlers.size === 0) return;
    const means = { database: this.database, store: this.store, statistics: this.statistics };
    this.workers = new Map(
      [...this.handlers].map(([queue, handler]) => [
        queue.name,
        new QueueWorker(means, queue, handler, this.deadHandlers.get(queue)),
      ]),
    );
    this.every(POLL_MS, () => this.poll());
    this.every(TOUCH_MS, () => this.touch());
    this.every(SUPERVISE_MS, () => this.supervise());
  }

  /** Stops claiming jobs. Running jobs continue while the sockets drain. */
  onModuleDestroy(): void {
    for (const timer of this.timers.splice(0)) clearInterval(timer);
    // Keeps reporting running jobs while they end; otherwise another worker would start them again.
    const touching = setInterval(() => void this.touch().catch(() => undefined), TOUCH_MS);
    const stopped = [...this.workers.values()].map((worker) => worker.stop());
    this.background = Promise.all([this.background, ...stopped]).then(() => clearInterval(touching));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.background;
  }

  private every(ms: number, work: () => Promise<void>): void {
    let running = false;
    const run = (): void => {
      if (running) return;
      running = true;
      this.background = work()
        .catch((error: unknown) => this.logger.warn(`job supervision failed; retrying: ${String(error)}`))
        .finally(() => (running = false));
    };
    // Also run immediately, because there may be a backlog or jobs of a killed process.
    run();
    this.timers.push(setInterval(run, ms).unref());
  }

  private async poll(): Promise<void> {
    for (const name of await dueQueues(this.database, [...this.workers.keys()])) this.workers.get(name)?.wake();
  }

  private async touch(): Promise<void> {
    for (const { queue, busy } of this.workers.values()) if (busy.length > 0) await this.store.touch(queue.name, busy);
  }

  private async supervise(): Promise<void> {
    if (!(await wantsSupervision(this.database))) return;
    await this.store.supervise();
    for (const worker of this.workers.values()) await worker.reportDead();
  }
}
