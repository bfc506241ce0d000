import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { ChannelLayer } from '../../src/channel-layer/interface/channel-layer.js';
import { createChannelLayer } from '../../src/channel-layer/create-channel-layer.js';
import { describeChannelLayer } from './describe-channel-layer.js';
import { startRedisCluster } from './support/redis-cluster.js';
import type { RedisCluster } from './support/redis-cluster.js';
import { Ear } from './suite/heard.js';

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startRedisCluster();
});
afterAll(() => cluster.stop());

describe.each(['pubsub', 'core'] as const)('Redis Cluster, %s', (wire) => {
  const layers: ChannelLayer[] = [];
  const create = async (): Promise<ChannelLayer> => {
    const layer = await createChannelLayer({ clusterNodes: cluster.nodes, wire });
    layers.push(layer);
    return layer;
  };
  afterEach(() => Promise.all(layers.splice(0).map((layer) => layer.close())));

  describeChannelLayer(
    'as a channel layer',
    () => ({ create: (options) => createChannelLayer({ clusterNodes: cluster.nodes, wire, ...options }) }),
    true,
  );

  it('delivers messages to groups on every node', async () => {
    const [sender, receiver] = [await create(), await create()];
    const ear = new Ear();
    const groups = Array.from({ length: 100 }, (_, i) => `group.${i}`);
    await receiver.listen(groups, ear.listener);
    await Promise.all(groups.map((group) => sender.groupSend(group, { type: 't' })));
    await ear.hears(100);
    expect(ear.heard.map(({ group }) => group).sort()).toEqual([...groups].sort());
  });

  it('recovers by itself after a node was killed and lost its data', async () => {
    const [sender, receiver] = [await create(), await create()];
    const ear = new Ear();
    const groups = Array.from({ length: 30 }, (_, i) => `group.${i}`);
    await receiver.listen(groups, ear.listener);
    const back = new Promise<void>((resolve) => receiver.onReconnect(resolve));
    await cluster.masters[1]?.kill();
    await cluster.masters[1]?.restart();
    await cluster.untilWell();
    await flushAll(cluster.masters[1]?.url ?? '');
    await back;
    await eventually(async () => {
      await Promise.all(groups.map((group) => sender.groupSend(group, { type: 'again' })));
      return new Set(ear.heard.map(({ group }) => group)).size === groups.length;
    });
    expect(new Set(ear.messages.map(({ type }) => type))).toEqual(new Set(['again']));
  });
});

async function flushAll(url: string): Promise<void> {
  const client = new Redis(url);
  await client.flushall();
  client.disconnect();
}

/** Retries until the condition holds. Errors are expected in the meantime, because a node is missing. */
async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo().catch(() => false))) await new Promise((resolve) => setTimeout(resolve, 50));
}
