import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { ChannelLayerOptions } from '../../src/channel-layer/interface/channel-layer-options.js';
import type { ChannelLayer } from '../../src/channel-layer/interface/channel-layer.js';
import { createChannelLayer } from '../../src/channel-layer/create-channel-layer.js';
import { ChannelLayerUnavailable } from '../../src/channel-layer/interface/errors.js';
import { freePort } from '../support/servers/free-port.js';
import { startRedis } from '../support/servers/redis-server.js';
import type { RedisServer } from '../support/servers/redis-server.js';
import { Ear } from './suite/heard.js';

describe.each(['pubsub', 'core'] as const)('while Redis is unavailable, %s', (wire) => {
  let redis: RedisServer;
  const layers: ChannelLayer[] = [];
  const create = async (options: ChannelLayerOptions = {}): Promise<ChannelLayer> => {
    const layer = await createChannelLayer({ redisUrl: redis.url, wire, ...options });
    layers.push(layer);
    return layer;
  };
  const reconnect = (layer: ChannelLayer): Promise<void> => new Promise((resolve) => layer.onReconnect(resolve));
  const isBack = async (layer: ChannelLayer): Promise<void> => {
    while ((await layer.ping().catch((error: unknown) => error)) !== undefined) await new Promise(setImmediate);
  };

  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    await Promise.all(layers.splice(0).map((layer) => layer.close()));
    await redis.stop();
  });

  it('sends fail at once, joining and leaving take effect later, and everything works again with an empty Redis', async () => {
    const [sender, receiver] = [await create(), await create()];
    const ear = new Ear();
    await receiver.listen(['before', 'left'], ear.listener);
    const back = reconnect(receiver);
    await redis.kill();
    await expect(sender.groupSend('before', { type: 'lost' })).rejects.toThrow(ChannelLayerUnavailable);
    await expect(sender.send('somewhere', { type: 'lost' })).rejects.toThrow(ChannelLayerUnavailable);
    await expect(sender.ping()).rejects.toThrow(ChannelLayerUnavailable);
    await receiver.listen(['during'], ear.listener);
    await receiver.unlisten(['left'], ear.listener);
    await redis.restart({ empty: true });
    await back;
    await isBack(sender);
    for (const group of ['left', 'before', 'during']) await sender.groupSend(group, { type: 't' });
    await ear.hears(2);
    expect(ear.heard.map(({ group }) => group)).toEqual(['before', 'during']);
  });

  it('one warning is logged when the connection is lost, and one message when it is back', async () => {
    const warnings: string[] = [];
    const layer = await create({ warn: (text) => warnings.push(text) });
    await layer.listen(['group'], () => undefined);
    await isBack(layer);
    const back = reconnect(layer);
    await redis.kill();
    await Promise.all(Array.from({ length: 20 }, () => layer.groupSend('group', { type: 't' }).catch(() => undefined)));
    await redis.restart({ empty: true });
    await back;
    await isBack(layer);
    expect(warnings.filter((text) => text.startsWith('Channel layer: no connection'))).toHaveLength(1);
    expect(warnings.filter((text) => text.startsWith('Channel layer: connected'))).toHaveLength(1);
  });

  it('startup neither fails nor hangs, and listeners receive messages as soon as Redis is available', async () => {
    await redis.kill();
    const started = performance.now();
    const layer = await create();
    const ear = new Ear();
    await layer.listen(['group'], ear.listener);
    expect(performance.now() - started).toBeLessThan(3_000);
    const back = reconnect(layer);
    await redis.restart();
    await back;
    await isBack(layer);
    await layer.groupSend('group', { type: 'heard' });
    await ear.hears(1);
    expect(ear.messages).toEqual([{ type: 'heard' }]);
  });

  it('a Redis that does not answer is given up after some seconds, and used again later', async () => {
    const [sender, receiver] = [await create(), await create()];
    const ear = new Ear();
    await receiver.listen(['group'], ear.listener);
    const client = new Redis(redis.url);
    await client.call('CLIENT', 'PAUSE', 4_000, 'ALL');
    client.disconnect();
    const started = performance.now();
    await expect(sender.ping()).rejects.toThrow(ChannelLayerUnavailable);
    expect(performance.now() - started).toBeLessThan(1_500);
    await expect(sender.groupSend('group', { type: 'lost' })).rejects.toThrow(ChannelLayerUnavailable);
    expect(performance.now() - started).toBeLessThan(3_500);
    await isBack(sender);
    await isBack(receiver);
    await sender.groupSend('group', { type: 'heard' });
    await ear.hears(1);
    expect(ear.messages.at(-1)).toEqual({ type: 'heard' });
  });

  it('closing takes no time', async () => {
    const layer = await create();
    await layer.listen(['group'], () => undefined);
    await redis.kill();
    const started = performance.now();
    await layer.close();
    expect(performance.now() - started).toBeLessThan(1_500);
    await expect(layer.groupSend('group', { type: 't' })).rejects.toThrow(ChannelLayerUnavailable);
  });

  it('an address without a server does not cause a crash', async () => {
    const layer = await create({ redisUrl: `redis://127.0.0.1:${await freePort()}` });
    await expect(layer.groupSend('group', { type: 't' })).rejects.toThrow(ChannelLayerUnavailable);
  });
});
