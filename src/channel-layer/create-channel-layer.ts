import { namesRedis } from '../redis/redis-address.js';
import type { ChannelLayerOptions } from './interface/channel-layer-options.js';
import type { ChannelLayer } from './interface/channel-layer.js';
import { MemoryChannelLayer } from './memory/memory-channel-layer.js';
import { RedisCoreChannelLayer } from './core/redis-core-channel-layer.js';
import { RedisPubSubChannelLayer } from './pubsub/redis-pubsub-channel-layer.js';

/**
 * Creates the layer for these options. Resolves when the layer is connected, or after two seconds if Redis cannot be reached;
 * the layer then keeps trying.
 */
export async function createChannelLayer(options: ChannelLayerOptions): Promise<ChannelLayer> {
  if (!namesRedis(options)) return new MemoryChannelLayer(options);
  const layer = options.wire === 'core' ? new RedisCoreChannelLayer(options) : new RedisPubSubChannelLayer(options);
  await layer.start();
  return layer;
}
