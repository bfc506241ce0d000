import type { Transaction } from '../database/backend/transaction.js';

/** A job that is being worked on. */
export interface Job<T> {
  readonly id: string;
  readonly data: T;
  /** Number of the attempt, from 1. A crash during an attempt uses the attempt up. */
  readonly attempt: number;
  /** If this attempt fails, the job is dead. */
  readonly isLastAttempt: boolean;
  /**
   * Finishes the job in the handler's transaction, so that its results and its completion are stored together. If the handler does
   * not call this, the job is finished when the handler resolves. `others` of the same queue are finished in the same statement.
   */
  finish(tx: Transaction, ...others: readonly Job<T>[]): Promise<void>;
}

/**
 * Runs a job. May be called again with the same job after an error or a crash. A rejected job is retried after growing, random
 * delays. After the last attempt the job is dead: it is kept, and administrators can retry it. Throw JobFailed to control retries.
 */
export type JobHandler<T> = (job: Job<T>) => Promise<void>;

/**
 * Records that these jobs are dead, in the transaction in which they become dead, or later if their workers stopped reporting
 * progress. May be called more than once for the same job.
 */
export type DeadJobHandler<T> = (tx: Transaction, data: readonly T[]) => Promise<void>;

/** Thrown by handlers that decide when or whether the job is retried. */
export class JobFailed extends Error {
  /** `retry: false` makes the job a dead letter at once. `retryAfterMs` replaces the usual delay before the next attempt. */
  constructor(
    message: string,
    readonly how: { readonly retry?: boolean; readonly retryAfterMs?: number } = {},
  ) {
    super(message);
    this.name = 'JobFailed';
  }
}
