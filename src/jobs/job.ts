import type { Transaction } from '../database/backend/transaction.js';

/** A job being worked on. */
export interface Job<T> {
  readonly id: string;
  readonly data: T;
  /** 1 for the first. A process that died in the middle has used one up. */
  readonly attempt: number;
  /** If this one fails, the job is dead. */
  readonly isLastAttempt: boolean;
  /**
   * Ends the job in the handler's own transaction: what the job did and its being done are then stored together. Jobs whose
   * handler does not do so end when it resolves. `others` of the same queue end in the same statement.
   */
  finish(tx: Transaction, ...others: readonly Job<T>[]): Promise<void>;
}

/**
 * Does a job; may be called again with the same one, after an error or a crash. A rejection is retried with growing,
 * random pauses, then the job is dead: kept, and retried by an administrator. See JobFailed for more say.
 */
export type JobHandler<T> = (job: Job<T>) => Promise<void>;

/**
 * Records that these jobs are dead, in the transaction that makes them so, or after their workers fell silent. May be called more
 * than once with the same job.
 */
export type DeadJobHandler<T> = (tx: Transaction, data: readonly T[]) => Promise<void>;

/** Thrown by handlers that know better than the queue when, or whether, a retry makes sense. */
export class JobFailed extends Error {
  /** `retry: false` makes it a dead letter at once; `retryAfterMs` replaces the usual pause before the next attempt. */
  constructor(
    message: string,
    readonly how: { readonly retry?: boolean; readonly retryAfterMs?: number } = {},
  ) {
    super(message);
    this.name = 'JobFailed';
  }
}
