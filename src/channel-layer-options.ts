import type { ChannelLayerOptions } from './channel-layer/interface/channel-layer-options.js';
import type { Settings } from './config/settings.js';
import { redisAddress } from './redis/redis-address.js';

/** Converts settings of the service to options of the channel layer, which does not know settings. */
export function channelLayerOptions({ redis }: Settings): ChannelLayerOptions {
  return {
    ...redisAddress(redis),
    wire: redis.channelWire,
    prefix: redis.channelPrefix,
    capacity: redis.channelCapacity,
    expirySeconds: redis.channelExpiry,
    encryptionKeys: redis.channelEncryptionKeys,
  };
}
