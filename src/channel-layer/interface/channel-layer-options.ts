import type { RedisAddress } from '../../redis/redis-address.js';
import { GROUP_EXPIRY_SECONDS } from './group-members.js';

/** The wire format: that of RedisPubSubChannelLayer or of RedisChannelLayer in channels_redis. */
export type ChannelWire = 'pubsub' | 'core';

/** Without `redisUrl`, `clusterNodes` and `sentinels`, messages stay in the memory of this process. */
export interface ChannelLayerOptions extends RedisAddress {
  /** Default `pubsub`. */
  readonly wire?: ChannelWire;
  /** Prefix of every Redis key and pub/sub channel. Default `asgi`. */
  readonly prefix?: string;
  /** Messages a channel holds before it is full. Default 1500. */
  readonly capacity?: number;
  /** Seconds a message waits to be received before it expires. Default 60. */
  readonly expirySeconds?: number;
  /** Seconds after which a channel that has not joined again is removed from a group, on the core wire. Default 86400. */
  readonly groupExpirySeconds?: number;
  /** The first key encrypts, all keys decrypt. Default: no encryption. */
  readonly encryptionKeys?: readonly string[];
  /** Receives one-line warnings for operators. Default: warnings are dropped. */
  readonly warn?: (text: string) => void;
  /** Milliseconds since 1970; for tests. Default `Date.now`. */
  readonly now?: () => number;
}

export type ResolvedChannelLayerOptions = ChannelLayerOptions & Required<Omit<ChannelLayerOptions, keyof RedisAddress>>;

/** Returns the options with all defaults filled in. */
export function resolveOptions(options: ChannelLayerOptions): ResolvedChannelLayerOptions {
  return {
    ...options,
    wire: options.wire ?? 'pubsub',
    prefix: options.prefix ?? 'asgi',
    capacity: options.capacity ?? 1500,
    expirySeconds: options.expirySeconds ?? 60,
    groupExpirySeconds: options.groupExpirySeconds ?? GROUP_EXPIRY_SECONDS,
    encryptionKeys: options.encryptionKeys ?? [],
    warn: options.warn ?? (() => undefined),
    now: options.now ?? Date.now,
  };
}
