import type { RedisAddress } from '../../redis/redis-address.js';
import { GROUP_EXPIRY_SECONDS } from './group-members.js';

/** Which wire format of channels_redis is spoken: that of RedisPubSubChannelLayer or of RedisChannelLayer. */
export type ChannelWire = 'pubsub' | 'core';

/** Without `redisUrl`, `clusterNodes` and `sentinels` the layer is kept in this process's memory. */
export interface ChannelLayerOptions extends RedisAddress {
  /** Default `pubsub`. */
  readonly wire?: ChannelWire;
  /** Put before every Redis key and pub/sub channel. Default `asgi`. */
  readonly prefix?: string;
  /** Messages a channel holds before it is full. Default 1500. */
  readonly capacity?: number;
  /** Seconds a message waits to be received before it is forgotten. Default 60. */
  readonly expirySeconds?: number;
  /** Seconds after which a group forgets a channel that did not join again, on the core wire. Default 86400. */
  readonly groupExpirySeconds?: number;
  /** The first encrypts, all decrypt. None: plain. */
  readonly encryptionKeys?: readonly string[];
  /** Told, in one line, what an operator should know. Default: nobody. */
  readonly warn?: (text: string) => void;
  /** Milliseconds since 1970; for tests. Default `Date.now`. */
  readonly now?: () => number;
}

export type ResolvedChannelLayerOptions = ChannelLayerOptions & Required<Omit<ChannelLayerOptions, keyof RedisAddress>>;

/** The options with every default filled in. */
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
