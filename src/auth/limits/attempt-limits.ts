import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { Settings } from '../../config/settings.js';
import { consume } from './consume.js';
import { LimiterRedis } from './limiter-redis.js';

const MINUTE = 60;
const HOUR = 3_600;
/** Exports of one account in an hour. */
const EXPORTS = 10;
/** Messages in an hour that reset the password of one account, and requests for them from one address. */
const RESETS = { account: 3, address: 30 };

/** Enforces REGISTER_RATE, REFRESH_RATE, and fixed limits of password resets and exports. `LoginLimits` limits failed logins. */
@Injectable()
export class AttemptLimits {
  private readonly registrations: RateLimiterAbstract;
  private readonly refreshes: RateLimiterAbstract;
  private readonly exports: RateLimiterAbstract;
  private readonly resets: Readonly<Record<keyof typeof RESETS, RateLimiterAbstract>>;

  constructor(settings: Settings, redis: LimiterRedis) {
    this.registrations = redis.limiter('register', settings.limits.registerRate, HOUR);
    this.refreshes = redis.limiter('refresh', settings.limits.refreshRate, MINUTE);
    this.exports = redis.limiter('export', EXPORTS, HOUR);
    this.resets = {
      account: redis.limiter('reset-account', RESETS.account, HOUR),
      address: redis.limiter('reset-address', RESETS.address, HOUR),
    };
  }

  /** `address` is a result of `addressKey`. Throws rate_limited. */
  countRegistration(address: string): Promise<void> {
    return consume(this.registrations, address, 'Too many registrations from this address.');
  }

  /** Throws rate_limited. */
  countRefresh(sessionId: string): Promise<void> {
    return consume(this.refreshes, sessionId, 'Too many refreshes of this session.');
  }

  /** Throws rate_limited. */
  countExport(userId: string): Promise<void> {
    return consume(this.exports, userId, 'Too many exports of this account.');
  }

  /** `account`: the `emailKey` of the address, whether or not an account has it. Throws rate_limited. */
  async countPasswordReset(account: string, address: string): Promise<void> {
    await consume(this.resets.address, address, 'Too many password resets from this address.');
    // Redis stores no e-mail addresses.
    const key = createHash('sha256').update(account).digest('base64url');
    await consume(this.resets.account, key, 'Too many password resets for this account.');
  }
}
