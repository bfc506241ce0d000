import type { ChannelLayerOptions } from './channel-layer/interface/channel-layer-options.js';
import type { Settings } from './config/settings.js';
import { redisAddress } from './redis/redis-address.js';

/** Converts settings of the service to options of the channel layer, which does not know settings. */
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
