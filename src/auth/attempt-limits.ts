import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { RateLimiterRes } from 'rate-limiter-flexible';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { addressKey } from '../client-address/address-key.js';
import { Settings } from '../config/settings.js';
import { ServiceError } from '../errors/service-error.js';
import { emailKey } from './email-key.js';
import { LimiterRedis } from './limiter-redis.js';

const MINUTE = 60;
const HOUR = 3_600;

/** LOGIN_RATE and REGISTER_RATE: counted over all nodes on Redis, on this node without Redis or while it is away. */
@Injectable()
export class AttemptLimits {
  private readonly logins: RateLimiterAbstract;
  private readonly registrations: RateLimiterAbstract;

  constructor(settings: Settings, redis: LimiterRedis) {
    this.logins = redis.limiter('login', settings.loginRate, MINUTE);
    this.registrations = redis.limiter('register', settings.registerRate, HOUR);
  }

  /** Counts a login as failed before it is tried, so that a crowd of attempts at once gets no more of them. Throws rate_limited. */
  countLogin(email: string): Promise<void> {
    return consume(this.logins, accountKey(email), 'Too many failed logins for this account.');
  }

  /** Takes the count back: the login was good. */
  async forgiveLogin(email: string): Promise<void> {
    await this.logins.reward(accountKey(email));
  }

  /** Throws rate_limited. */
  countRegistration(address: string): Promise<void> {
    return consume(this.registrations, addressKey(address), 'Too many registrations from this address.');
  }
}

async function consume(limiter: RateLimiterAbstract, key: string, detail: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    const retryAfterSeconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000));
    throw new ServiceError('rate_limited', `${detail} Try again in ${retryAfterSeconds} seconds.`, {
      retryAfterSeconds,
    });
  }
}

/** No e-mail addresses in Redis. */
function accountKey(email: string): string {
  return createHash('sha256').update(emailKey(email)).digest('base64url');
}
