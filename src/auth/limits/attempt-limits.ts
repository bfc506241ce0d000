import { Injectable } from '@nestjs/common';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { Settings } from '../../config/settings.js';
import { consume } from './consume.js';
import { LimiterRedis } from './limiter-redis.js';

const MINUTE = 60;
const HOUR = 3_600;

/** Enforces REGISTER_RATE and REFRESH_RATE. `LoginLimits` limits failed logins. */
@Injectable()
export class AttemptLimits {
  private readonly registrations: RateLimiterAbstract;
  private readonly refreshes: RateLimiterAbstract;

  constructor(settings: Settings, redis: LimiterRedis) {
    this.registrations = redis.limiter('register', settings.limits.registerRate, HOUR);
    this.refreshes = redis.limiter('refresh', settings.limits.refreshRate, MINUTE);
  }

  /** `address` is a result of `addressKey`. Throws rate_limited. */
  countRegistration(address: string): Promise<void> {
    return consume(this.registrations, address, 'Too many registrations from this address.');
  }

  /** Throws rate_limited. */
  countRefresh(sessionId: string): Promise<void> {
    return consume(this.refreshes, sessionId, 'Too many refreshes of this session.');
  }
}
