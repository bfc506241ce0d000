/** How a queue works its jobs. */
export interface QueueOptions {
  /** Jobs of this queue that one process works on at a time. Default 1. */
  readonly concurrency?: number;
  /** Of the jobs with one `key` at most one waits: further ones are not enqueued until it has begun. Default false. */
  readonly unique?: boolean;
  /** Attempts after the first. Default JOB_RETRIES. */
  readonly retries?: number;
}

/** A named line of jobs that carry a `T`, which must be what JSON can say. Made by `Jobs.declare`. */
export class Queue<T> {
  /** Only for the compiler: tells a queue of one payload from that of another. */
  declare readonly payload: T;

  constructor(
    readonly name: string,
    readonly options: QueueOptions,
  ) {}
}

export interface EnqueueOptions {
  /** Not before then. Default: now. */
  readonly startAfter?: Date;
  /** See `QueueOptions.unique`. */
  readonly key?: string;
}
