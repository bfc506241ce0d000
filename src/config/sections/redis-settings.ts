import type { HostPort } from '../values/parse.js';
import { Section } from '../declarations/section.js';
import { isRedisUrl } from '../values/urls.js';
import { Choice, HostPorts, Integer, List, Ruled, Text } from '../declarations/variable.js';

/** Redis, and the messages between processes. */
@Section(
  'Redis and the channel layer',
  'Set `REDIS_URL`, `REDIS_CLUSTER_NODES`, or the two variables of the sentinels. Several processes require Redis.',
)
export class RedisSettings {
  @Ruled((text) => text, isRedisUrl, {
    description: 'The Redis server: `redis://user:password@host:6379/0`, or `rediss://` for TLS.',
    absent: 'without a cluster and without sentinels: the in-memory channel layer, for one process only',
    mustBe: 'redis://user:password@host:port/number, or rediss:// for TLS, with user and password percent-encoded',
    secret: true,
  })
  readonly redisUrl?: string;

  @HostPorts({ description: 'The nodes of a Redis Cluster: `host:port,host:port`.', absent: 'no cluster' })
  readonly redisClusterNodes?: readonly HostPort[];

  @HostPorts({
    description: 'The Redis sentinels: `host:port,host:port`. Set them together with `REDIS_SENTINEL_NAME`.',
    absent: 'no sentinels',
  })
  readonly redisSentinels?: readonly HostPort[];

  @Text({ description: 'The name of the master in the configuration of the sentinels.', absent: 'no sentinels' })
  readonly redisSentinelName?: string;

  @Choice(['pubsub', 'core'], {
    description:
      'The format of messages on Redis, as in channels_redis: `pubsub` (`RedisPubSubChannelLayer`) or `core` (`RedisChannelLayer`).',
    default: 'pubsub',
  })
  readonly channelWire!: 'pubsub' | 'core';

  @Text({
    description: 'The prefix of keys and channels on Redis: the `prefix` of the channel layer on the Django side.',
    default: 'asgi',
    pattern: /^[\w.:-]{1,64}$/,
    mustBe: '1 to 64 letters, digits or any of _ . : -',
  })
  readonly channelPrefix!: string;

  @Integer({
    description: 'How many messages a channel of the channel layer may hold.',
    unit: 'messages',
    default: '1500',
    min: 1,
  })
  readonly channelCapacity!: number;

  @Integer({
    description: 'How long a message may wait in a channel before it is dropped.',
    unit: 'seconds',
    default: '60',
    min: 1,
    max: 86_400,
  })
  readonly channelExpiry!: number;

  @List({
    description:
      'Comma-separated keys for messages on Redis: the first encrypts, all decrypt (`symmetric_encryption_keys` of channels_redis).',
    absent: 'messages are not encrypted',
    default: '',
    secret: true,
    of: 'keys',
  })
  readonly channelEncryptionKeys!: readonly string[];
}
