import type { Settings } from '../config/settings.js';

export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/**
 * Where Redis is. `redisUrl` beside `clusterNodes` or `sentinels` gives them user, password, database number and TLS
 * (`rediss://`); its host then is not used.
 */
export interface RedisAddress {
  /** `redis://user:password@host:port/database`, `rediss://` for TLS. */
  readonly redisUrl?: string;
  /** Some nodes of a Redis Cluster; the others are found through them. */
  readonly clusterNodes?: readonly HostAndPort[];
  readonly sentinels?: readonly HostAndPort[];
  /** Name of the master the sentinels watch. */
  readonly sentinelName?: string;
  /** Certificate authorities to trust beside the system's, PEM, for `rediss://`. */
  readonly tlsCa?: string;
}

type RedisSettings = Pick<Settings, 'redisUrl' | 'redisClusterNodes' | 'redisSentinels' | 'redisSentinelName'>;

/** The address in REDIS_URL, REDIS_CLUSTER_NODES, REDIS_SENTINELS and REDIS_SENTINEL_NAME. */
export function redisAddress(settings: RedisSettings): RedisAddress {
  return {
    redisUrl: settings.redisUrl,
    clusterNodes: settings.redisClusterNodes,
    sentinels: settings.redisSentinels,
    sentinelName: settings.redisSentinelName,
  };
}

/** Whether the address names a Redis at all. */
export function namesRedis({ redisUrl, clusterNodes, sentinels }: RedisAddress): boolean {
  return [redisUrl, clusterNodes, sentinels].some((part) => part !== undefined && part.length > 0);
}
