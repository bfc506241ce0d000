import { namesRedis } from '../redis/redis-address.js';
import type { ChannelLayerOptions } from './interface/channel-layer-options.js';
import type { ChannelLayer } from './interface/channel-layer.js';
import { MemoryChannelLayer } from './memory/memory-channel-layer.js';
import { RedisCoreChannelLayer } from './core/redis-core-channel-layer.js';
import { RedisPubSubChannelLayer } from './pubsub/redis-pubsub-channel-layer.js';

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
