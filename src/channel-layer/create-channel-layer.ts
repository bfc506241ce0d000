import { namesRedis } from '../redis/redis-address.js';
import type { ChannelLayerOptions } from './channel-layer-options.js';
import type { ChannelLayer } from './channel-layer.js';
import { MemoryChannelLayer } from './memory-channel-layer.js';
import { RedisCoreChannelLayer } from './redis-core-channel-layer.js';
import { RedisPubSubChannelLayer } from './redis-pubsub-channel-layer.js';

/**
 * The layer these options ask for, connected when Redis can be reached. When it can't, resolves after two seconds with
 * a layer that keeps trying.
 */
export async function createChannelLayer(options: ChannelLayerOptions): Promise<ChannelLayer> {
  if (!namesRedis(options)) return new MemoryChannelLayer(options);
  const layer = options.wire === 'core' ? new RedisCoreChannelLayer(options) : new RedisPubSubChannelLayer(options);
  await layer.start();
  return layer;
}
