import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { Settings } from '../../config/settings.js';
import { namesRedis, redisAddress } from '../../redis/redis-address.js';
import { RedisClients } from '../../redis/redis-clients.js';
import type { RedisClient } from '../../redis/redis-clients.js';

/** A login waits at most this long for Redis. After that, the node counts in memory. */
const ANSWER_DEADLINE_MS = 500;
const RESTART_MS = 1_000;

/** Stores the counts of limits in Redis, for all nodes together. If Redis is not configured or unavailable, stores them in the memory of this node. */
@Injectable()
export class LimiterRedis implements OnApplicationShutdown {
  private readonly logger = new Logger('Limits');
  private readonly client: RedisClient | null;
  private isAway = false;
  private restart: NodeJS.Timeout | undefined;

  constructor(private readonly settings: Settings) {
    const address = redisAddress(settings.redis);
    this.client = namesRedis(address)
      ? new RedisClients(address).commands({ commandTimeout: ANSWER_DEADLINE_MS })
      : null;
    if (this.client) this.keepConnected(this.client);
  }

  /** A limit of `points` in `duration` seconds for each key. Keys of limiters with different names are counted separately. */
  limiter(name: string, points: number, duration: number): RateLimiterAbstract {
    const options = { keyPrefix: `${this.settings.redis.channelPrefix}:limit:${name}`, points, duration };
    const memory = new RateLimiterMemory(options);
    if (!this.client) return memory;
    return new RateLimiterRedis({
      ...options,
      storeClient: this.client,
      rejectIfRedisNotReady: true,
      insuranceLimiter: memory,
    });
  }

  onApplicationShutdown(): void {
    clearTimeout(this.restart);
    this.client?.removeAllListeners('end').disconnect();
  }

  private keepConnected(client: RedisClient): void {
    client.on('error', (error: Error) => {
      if (!this.isAway) this.logger.warn(`Redis is unavailable; limits are counted per node: ${error.message}`);
      this.isAway = true;
    });
    client.on('ready', () => {
      if (this.isAway) this.logger.log('Redis is available again; limits are counted over all nodes');
      this.isAway = false;
    });
    // ioredis stops reconnecting if the sentinels switch masters while ioredis asks them for the address of the old master.
    client.on('end', () => {
      this.restart = setTimeout(() => {
        connect(client);
      }, RESTART_MS);
    });
    connect(client);
  }
}

function connect(client: RedisClient): void {
  // The error event reports the same failure.
  client.connect().catch(() => undefined);
}
