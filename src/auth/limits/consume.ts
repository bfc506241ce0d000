import { RateLimiterRes } from 'rate-limiter-flexible';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { ServiceError } from '../../errors/error/service-error.js';

interface ConsumeOptions {
  /** Seconds for which the count is kept, instead of the limiter's default. Applies when the first attempt of a key is counted. */
  readonly customDuration?: number;
  /** Called when the limit is reached. Returns the seconds to wait, or 0 to use the limiter's. */
  readonly onLimit?: (consumedPoints: number) => Promise<number>;
}

/** Counts one attempt. Throws rate_limited with the seconds to wait, which the message states after `detail`. */
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

/** Rounds `seconds` up. */
export function rateLimited(detail: string, seconds: number): ServiceError {
  const retryAfterSeconds = Math.max(1, Math.ceil(seconds));
  return new ServiceError('rate_limited', `${detail} Try again in ${retryAfterSeconds} seconds.`, {
    retryAfterSeconds,
  });
}
