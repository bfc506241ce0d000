import { afterAll, beforeAll } from '@jest/globals';
import { createChannelLayer } from '../../src/channel-layer/create-channel-layer.js';
import { startRedis } from '../support/servers/redis-server.js';
import type { RedisServer } from '../support/servers/redis-server.js';
import { describeChannelLayer } from './describe-channel-layer.js';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

for (const wire of ['pubsub', 'core'] as const) {
  describeChannelLayer(
    `Redis, ${wire}`,
    () => ({ create: (options) => createChannelLayer({ redisUrl: redis.url, wire, ...options }) }),
    true,
  );
}
