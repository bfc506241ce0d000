import { Integer } from './variable.js';

/** How background jobs are retried. */
export class JobSettings {
  /** Attempts after the first before a job is dead. With the default delay eight of them take about half an hour. */
  @Integer({ default: '8', min: 0, max: 100 })
  readonly jobRetries!: number;

  /** Seconds before the first retry; it doubles each time, up to 12 minutes, and up to as much again is added at random. */
  @Integer({ default: '5', min: 0, max: 3_600 })
  readonly jobRetryDelay!: number;
}
