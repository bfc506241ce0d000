import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { Settings } from '../../config/settings.js';
import { consume } from './consume.js';
import { LimiterRedis } from './limiter-redis.js';

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;
/** Never reached: these limits only count. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

/** Who tries to sign in to which account. */
export interface LoginAttempt {
  /** `emailKey` of the address given. */
  readonly account: string;
  /** `addressKey` of the client. */
  readonly address: string;
  /** The known device it comes from, or null. */
  readonly device: string | null;
}

/**
 * Limits failed logins so that neither the owner of an account can be locked out nor passwords can be tried on many accounts:
 * - LOGIN_RATE per minute for one account from one address, or from one known device;
 * - LOGIN_ADDRESS_RATE per minute from one address, over all accounts; the wait doubles with each further minute in which the limit is
 *   reached, from a minute to an hour;
 * - after LOGIN_RATE failures in a day on one account, over all addresses, each address has one attempt, then waits; the wait
 *   doubles with every LOGIN_RATE further failures, from a minute to an hour. An address without a recent failure is never refused
 *   for what others did. Known devices count apart and are not subject to what addresses did.
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
    this.pairs = redis.limiter('login', settings.loginRate, MINUTE);
    this.addresses = redis.limiter('login-address', settings.loginAddressRate, MINUTE);
    this.strikes = redis.limiter('login-strikes', UNLIMITED, DAY);
    this.failures = redis.limiter('login-failures', UNLIMITED, DAY);
    this.retries = redis.limiter('login-retry', 1, MINUTE);
  }

  /** Counts a login as failed before it is tried, so that many attempts at once get no more of them. Throws rate_limited. */
  async count(attempt: LoginAttempt): Promise<void> {
    const { pair, scope } = keysOf(attempt);
    await consume(this.pairs, pair, 'Too many failed logins for this account.');
    if (attempt.device === null) await this.countAddress(attempt.address);
    const { consumedPoints } = await this.failures.penalty(scope);
    const customDuration = waitSeconds(consumedPoints, this.settings.loginRate);
    if (customDuration === 0) return;
    await consume(this.retries, pair, 'Too many failed logins for this account.', { customDuration }).catch(
      async (error: unknown) => {
        // Attempts that are refused must not make the wait of others longer.
        await this.failures.reward(scope);
        throw error;
      },
    );
  }

  /** Takes the count back: the login was good. */
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
      if (consumedPoints !== this.settings.loginAddressRate + 1) return 0;
      const strikes = (await this.strikes.penalty(address)).consumedPoints;
      const seconds = growing(strikes - 1);
      await this.addresses.block(address, seconds);
      return seconds;
    };
    await consume(this.addresses, address, 'Too many failed logins from this address.', { onLimit });
  }
}

/** Seconds between two attempts of one address after so many failures on the account; 0: no wait. */
function waitSeconds(failures: number, rate: number): number {
  return failures <= rate ? 0 : growing(Math.floor((failures - rate - 1) / rate));
}

function growing(doublings: number): number {
  return Math.min(HOUR, MINUTE * 2 ** Math.min(doublings, 10));
}

/** `pair`: what counts its own attempts. `scope`: whose failures make the wait longer. No e-mail addresses in Redis. */
function keysOf({ account, address, device }: LoginAttempt): { pair: string; scope: string } {
  const hash = createHash('sha256').update(account).digest('base64url');
  const pair = `${hash}:${device === null ? `address:${address}` : `device:${device}`}`;
  return { pair, scope: device === null ? hash : pair };
}
