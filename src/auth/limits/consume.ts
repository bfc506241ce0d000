import { RateLimiterRes } from 'rate-limiter-flexible';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { ServiceError } from '../../errors/service-error.js';

interface ConsumeOptions {
  /** Seconds the count is kept, instead of the limiter's own; takes effect with the first count of a key. */
  readonly customDuration?: number;
  /** Called when the limit is reached; gives the seconds to wait where they are other than the limiter's, else 0. */
  readonly onLimit?: (consumedPoints: number) => Promise<number>;
}

/** Counts one attempt. Throws rate_limited with the seconds to wait; `detail` is shown before them. */
export async function consume(
  limiter: RateLimiterAbstract,
  key: string,
  detail: string,
  { customDuration, onLimit }: ConsumeOptions = {},
): Promise<void> {
  try {
    await limiter.consume(key, 1, customDuration === undefined ? {} : { customDuration });
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    const own = (await onLimit?.(refusal.consumedPoints)) ?? 0;
    throw rateLimited(detail, own || refusal.msBeforeNext / 1_000);
  }
}

/** `seconds` is rounded up. */
export function rateLimited(detail: string, seconds: number): ServiceError {
  const retryAfterSeconds = Math.max(1, Math.ceil(seconds));
  return new ServiceError('rate_limited', `${detail} Try again in ${retryAfterSeconds} seconds.`, {
    retryAfterSeconds,
  });
}
