import { Logger } from '@nestjs/common';
import { Cluster, Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';
import type { Settings } from '../config/settings.js';

type RedisSettings = Pick<Settings, 'redisUrl' | 'redisClusterNodes' | 'redisSentinels' | 'redisSentinelName'>;

const logger = new Logger('LoginLimits');

/** A client that gives up at once: while Redis is away each node counts for itself. */
const FAIL_FAST: RedisOptions = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  commandTimeout: 500,
  connectTimeout: 2_000,
};

/** Null without Redis in the settings. User, password and TLS of a cluster or of sentinels' master are those of REDIS_URL. */
export function connectLimiterRedis(settings: RedisSettings): Redis | Cluster | null {
  const client = connect(settings);
  let away = false;
  client?.on('error', (error: Error) => {
    if (!away) logger.warn(`Redis is away, logins are counted per node: ${error.message}`);
    away = true;
  });
  client?.on('ready', () => {
    if (away) logger.log('Redis is back, logins are counted over all nodes');
    away = false;
  });
  return client;
}

function connect(settings: RedisSettings): Redis | Cluster | null {
  const { redisUrl, redisClusterNodes, redisSentinels, redisSentinelName } = settings;
  const access = redisUrl === undefined ? {} : readAccess(new URL(redisUrl));
  if (redisClusterNodes) {
    return new Cluster([...redisClusterNodes], {
      enableOfflineQueue: false,
      redisOptions: { ...FAIL_FAST, ...access },
    });
  }
  if (redisSentinels)
    return new Redis({ ...FAIL_FAST, ...access, sentinels: [...redisSentinels], name: redisSentinelName });
  return redisUrl === undefined ? null : new Redis(redisUrl, FAIL_FAST);
}

function readAccess({ protocol, username, password }: URL): RedisOptions {
  return {
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' && { tls: {} }),
  };
}
