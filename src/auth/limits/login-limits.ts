import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { Settings } from '../../config/settings.js';
import { consume } from './consume.js';
import { LimiterRedis } from './limiter-redis.js';

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;
/** A limit that cannot be reached: limiters with this value only count. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

/** An attempt of a client to sign in to an account. */
export interface LoginAttempt {
  /** `emailKey` of the e-mail address. */
  readonly account: string;
  /** `addressKey` of the client. */
  readonly address: string;
  /** The id of the known device that sends the attempt, or null. */
  readonly device: string | null;
}

/**
 * Limits failed logins so that attackers can neither lock the owner out of an account nor try passwords on many accounts:
 * - LOGIN_RATE per minute for one account from one address, or from one known device.
 * - LOGIN_ADDRESS_RATE per minute from one address, over all accounts. The wait doubles with each further minute in which the limit
 *   is reached, from a minute to an hour.
 * - After LOGIN_RATE failures in a day on one account, over all addresses, each address has one attempt and then has to wait. The
 *   wait doubles with every LOGIN_RATE further failures, from a minute to an hour. An address without a recent failure is never
 *   rejected because of failures from other addresses. Known devices are counted separately; failures from addresses do not affect
 *   them.
 */
@Injectable()
export class LoginLimits {
  private readonly pairs: RateLimiterAbstract;
  private readonly addresses: RateLimiterAbstract;
  private readonly strikes: RateLimiterAbstract;
  private readonly failures: RateLimiterAbstract;
  private readonly retries: RateLimiterAbstract;

  constructor(
    private readonly settings: Settings,
    redis: LimiterRedis,
  ) {
    this.pairs = redis.limiter('login', settings.limits.loginRate, MINUTE);
    this.addresses = redis.limiter('login-address', settings.limits.loginAddressRate, MINUTE);
    this.strikes = redis.limiter('login-strikes', UNLIMITED, DAY);
    this.failures = redis.limiter('login-failures', UNLIMITED, DAY);
    this.retries = redis.limiter('login-retry', 1, MINUTE);
  }

  /**
   * Counts a login as failed before the password is checked, so that concurrent attempts cannot exceed the limit. Throws
   * rate_limited.
   */
  async count(attempt: LoginAttempt): Promise<void> {
    const { pair, scope } = keysOf(attempt);
    await consume(this.pairs, pair, 'Too many failed logins for this account.');
    if (attempt.device === null) await this.countAddress(attempt.address);
    const { consumedPoints } = await this.failures.penalty(scope);
    const customDuration = waitSeconds(consumedPoints, this.settings.limits.loginRate);
    if (customDuration === 0) return;
    await consume(this.retries, pair, 'Too many failed logins for this account.', { customDuration }).catch(
      async (error: unknown) => {
        // Rejected attempts must not extend the wait of other clients.
        await this.failures.reward(scope);
        throw error;
      },
    );
  }

  /** Reverts the count after a successful login. */
  async forgive(attempt: LoginAttempt): Promise<void> {
    const { pair, scope } = keysOf(attempt);
    await Promise.all([
      this.pairs.reward(pair),
      this.failures.reward(scope),
      this.retries.delete(pair),
      ...(attempt.device === null ? [this.addresses.reward(attempt.address)] : []),
    ]);
  }

  private async countAddress(address: string): Promise<void> {
    const onLimit = async (consumedPoints: number): Promise<number> => {
      if (consumedPoints !== this.settings.limits.loginAddressRate + 1) return 0;
      const strikes = (await this.strikes.penalty(address)).consumedPoints;
      const seconds = growing(strikes - 1);
      await this.addresses.block(address, seconds);
      return seconds;
    };
    await consume(this.addresses, address, 'Too many failed logins from this address.', { onLimit });
  }
}

/** Seconds between two attempts of one address after this many failures on the account; 0: no wait. */
function waitSeconds(failures: number, rate: number): number {
  return failures <= rate ? 0 : growing(Math.floor((failures - rate - 1) / rate));
}

function growing(doublings: number): number {
  return Math.min(HOUR, MINUTE * 2 ** Math.min(doublings, 10));
}

/**
 * `pair`: the key that counts this client's own attempts. `scope`: the key whose failures extend the wait. Redis stores no e-mail
 * addresses.
 */
function keysOf({ account, address, device }: LoginAttempt): { pair: string; scope: string } {
  const hash = createHash('sha256').update(account).digest('base64url');
  const pair = `${hash}:${device === null ? `address:${address}` : `device:${device}`}`;
  return { pair, scope: device === null ? hash : pair };
}
