import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { addressKey } from '../../client-address/address-key.js';
import { Settings } from '../../config/settings.js';
import { rateLimited } from './consume.js';
import { LimiterRedis } from './limiter-redis.js';
import type { Actor } from '../principal/actor.js';
import { bearerToken, cookieToken } from '../tokens/request-token.js';
import { SharedCounts, WINDOW_SECONDS } from './shared-counts.js';

const API = /^\/api\//i;
/** Provider callbacks are signed, and their rate depends on how much this service sends. */
const SIGNED_CALLBACKS = /^\/api\/providers\//i;

/**
 * Request limits of the REST API: REQUEST_RATE and ADMIN_REQUEST_RATE per user, API_KEY_RATE per API key, ADDRESS_REQUEST_RATE per
 * address for requests without a valid token.
 */
@Injectable()
export class RequestLimits implements OnApplicationShutdown {
  private readonly counts: SharedCounts;

  constructor(
    private readonly settings: Settings,
    redis: LimiterRedis,
  ) {
    this.counts = new SharedCounts(redis.limiter('requests', Number.MAX_SAFE_INTEGER, 2 * WINDOW_SECONDS));
  }

  /** Whether a request is counted by its address before its body is read: an API request without a token. */
  isAnonymous(request: Request): boolean {
    return API.test(request.path) && request.method !== 'OPTIONS' && !hasToken(request.headers);
  }

  /** Counts a request whose token is missing, invalid or not checked. Throws rate_limited. */
  countAddress(request: Request): void {
    if (!API.test(request.path) || SIGNED_CALLBACKS.test(request.path)) return;
    const key = `address:${addressKey(request.ip ?? '')}`;
    this.count(key, this.settings.limits.addressRequestRate, 'Too many requests from this address.');
  }

  /** Throws rate_limited. */
  countActor(actor: Actor): void {
    const { requestRate, adminRequestRate, apiKeyRate } = this.settings.limits;
    if (actor.kind === 'api_key') {
      this.count(`api_key:${actor.keyId}`, apiKeyRate, 'Too many requests of this API key.');
      return;
    }
    const rate = actor.role === 'admin' ? adminRequestRate : requestRate;
    this.count(`user:${actor.userId}`, rate, 'Too many requests of this user.');
  }

  /** Express middleware that rejects anonymous requests over the limit. Register it before the body parsers. */
  readonly refuseAnonymous = (request: Request, _response: Response, next: NextFunction): void => {
    if (this.isAnonymous(request)) this.countAddress(request);
    next();
  };

  onApplicationShutdown(): void {
    this.counts.stop();
  }

  /** `rate`: requests per second; 0: no limit. */
  private count(key: string, rate: number, detail: string): void {
    if (rate === 0) return;
    const waitMs = this.counts.take(key, rate * WINDOW_SECONDS);
    if (waitMs > 0) throw rateLimited(detail, waitMs / 1_000);
  }
}

function hasToken(headers: IncomingHttpHeaders): boolean {
  return bearerToken(headers) !== null || cookieToken(headers) !== null;
}
