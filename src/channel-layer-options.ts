import type { ChannelLayerOptions } from './channel-layer/interface/channel-layer-options.js';
import type { Settings } from './config/settings.js';
import { redisAddress } from './redis/redis-address.js';

/** The channel layer knows no settings of the service; this is where they meet. */
export function channelLayerOptions(settings: Settings): ChannelLayerOptions {
  return {
    ...redisAddress(settings),
    wire: settings.channelWire,
    prefix: settings.channelPrefix,
    capacity: settings.channelCapacity,
    expirySeconds: settings.channelExpiry,
    encryptionKeys: settings.channelEncryptionKeys,
  };
}
