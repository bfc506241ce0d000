import { Section } from '../declarations/section.js';
import { Integer } from '../declarations/variable.js';

/** How background jobs are retried. */
@Section('Background jobs')
export class JobSettings {
  @Integer({
    description:
      'How many times a failed background job (for example an e-mail) is retried. After the last attempt the job is kept, and an ' +
      'administrator can retry it. With the default delay, 8 retries take about half an hour.',
    unit: 'retries',
    zero: 'no retries',
    default: '8',
    min: 0,
    max: 100,
  })
  readonly jobRetries!: number;

  @Integer({
    description:
      'Delay before the first retry of a job. The delay doubles with each retry, up to 12 minutes; a random delay of up to the ' +
      'same length is added.',
    unit: 'seconds',
    zero: 'the first retry starts at once',
    default: '5',
    min: 0,
    max: 3_600,
  })
  readonly jobRetryDelay!: number;
}
