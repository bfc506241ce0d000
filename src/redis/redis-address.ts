import type { RedisSettings } from '../config/sections/redis-settings.js';

export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/**
 * The address of Redis. With `clusterNodes` or `sentinels`, `redisUrl` only gives user, password, database number and TLS
 * (`rediss://`); its host is not used.
 */
export interface RedisAddress {
  /** `redis://user:password@host:port/database`, `rediss://` for TLS. */
  readonly redisUrl?: string;
  /** Some nodes of a Redis Cluster; the others are discovered through them. */
  readonly clusterNodes?: readonly HostAndPort[];
  readonly sentinels?: readonly HostAndPort[];
  /** Name of the master that the sentinels monitor. */
  readonly sentinelName?: string;
  /** Certificate authorities to trust in addition to the built-in ones, PEM, for `rediss://`. */
  readonly tlsCa?: string;
}

/** The address in REDIS_URL, REDIS_CLUSTER_NODES, REDIS_SENTINELS and REDIS_SENTINEL_NAME. */
export function redisAddress(settings: RedisSettings): RedisAddress {
  return {
    redisUrl: settings.redisUrl,
    clusterNodes: settings.redisClusterNodes,
    sentinels: settings.redisSentinels,
    sentinelName: settings.redisSentinelName,
  };
}

/** Whether the address contains a Redis server at all. */
export function namesRedis({ redisUrl, clusterNodes, sentinels }: RedisAddress): boolean {
  return [redisUrl, clusterNodes, sentinels].some((part) => part !== undefined && part.length > 0);
}
