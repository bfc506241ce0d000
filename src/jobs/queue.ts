/** Options of a queue. */
export interface QueueOptions {
  /** Number of jobs of this queue that one process runs at a time. Default 1. */
  readonly concurrency?: number;
  /** At most one job with the same `key` waits: further jobs are not enqueued until it has begun. Default false. */
  readonly unique?: boolean;
  /** Number of attempts after the first. Default JOB_RETRIES. */
  readonly retries?: number;
}

/** A named queue of jobs with data of type `T`, which must be representable as JSON. Created by `Jobs.declare`. */
export class Queue<T> {
  /** Only for the compiler: distinguishes queues with different data types. */
  declare readonly payload: T;

  constructor(
    readonly name: string,
    readonly options: QueueOptions,
  ) {}
}

export interface EnqueueOptions {
  /** The job does not begin before this time. Default: now. */
  readonly startAfter?: Date;
  /** See `QueueOptions.unique`. */
  readonly key?: string;
}
