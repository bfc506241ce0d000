import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { ChannelLayerOptions } from '../../src/channel-layer/interface/channel-layer-options.js';
import type { ChannelLayer } from '../../src/channel-layer/interface/channel-layer.js';
import { createChannelLayer } from '../../src/channel-layer/create-channel-layer.js';
import { ChannelLayerUnavailable } from '../../src/channel-layer/interface/errors.js';
import { startRedis } from '../support/servers/redis-server.js';
import type { RedisServer } from '../support/servers/redis-server.js';
import { Ear } from './suite/heard.js';
import { startRedisSentinels } from './support/redis-sentinel.js';
import type { RedisSentinels } from './support/redis-sentinel.js';
import { startTlsRedis } from './support/redis-tls.js';
import type { TlsRedis } from './support/redis-tls.js';

const layers: ChannelLayer[] = [];
const create = async (options: ChannelLayerOptions): Promise<ChannelLayer> => {
  const layer = await createChannelLayer(options);
  layers.push(layer);
  return layer;
};
afterEach(() => Promise.all(layers.splice(0).map((layer) => layer.close())));

async function expectHearing(options: ChannelLayerOptions): Promise<void> {
  const [one, two] = [await create(options), await create(options)];
  const ear = new Ear();
  await one.listen(['group'], ear.listener);
  await two.groupSend('group', { type: 'across' });
  await ear.hears(1);
  const channel = await one.newChannel();
  const received = one.receive(channel);
  await two.send(channel, { type: 'direct' });
  expect(await received).toEqual({ type: 'direct' });
}

describe.each(['pubsub', 'core'] as const)('the %s wire', (wire) => {
  describe('over TLS', () => {
    let redis: TlsRedis;
    beforeAll(async () => {
      redis = await startTlsRedis();
    });
    afterAll(() => redis.stop());

    it('connects with a trusted certificate', async () => {
      await expectHearing({ redisUrl: redis.url, tlsCa: redis.certificate, wire });
    });

    it('rejects an untrusted certificate', async () => {
      const warnings: string[] = [];
      const layer = await create({ redisUrl: redis.url, wire, warn: (text) => warnings.push(text) });
      await expect(layer.groupSend('group', { type: 't' })).rejects.toThrow(ChannelLayerUnavailable);
      expect(warnings[0]).toContain('self-signed certificate');
    });
  });

  describe('with a password and a database number', () => {
    let redis: RedisServer;
    beforeAll(async () => {
      redis = await startRedis();
      const client = new Redis(redis.url);
      await client.config('SET', 'requirepass', 'p@ss/word');
      client.disconnect();
    });
    afterAll(() => redis.stop());
    const address = (password: string): string => `redis://:${encodeURIComponent(password)}@127.0.0.1:${redis.port}/3`;

    it('connects', async () => {
      await expectHearing({ redisUrl: address('p@ss/word'), wire });
    });

    it('stores its keys in that database', async () => {
      const layer = await create({ redisUrl: address('p@ss/word'), wire: 'core' });
      await layer.send('somewhere', { type: 't' });
      const client = new Redis(address('p@ss/word'));
      expect(await client.keys('*')).toContain('asgisomewhere');
      client.disconnect();
    });

    it('reports a wrong password without printing it', async () => {
      const warnings: string[] = [];
      const layer = await create({ redisUrl: address('guess'), wire, warn: (text) => warnings.push(text) });
      await expect(layer.ping()).rejects.toThrow(ChannelLayerUnavailable);
      expect(warnings[0]).toMatch(/WRONGPASS|NOAUTH/);
      expect(warnings.join()).not.toContain('guess');
    });
  });

  describe('with sentinels', () => {
    let redis: RedisSentinels;
    beforeAll(async () => {
      redis = await startRedisSentinels();
    });
    afterAll(() => redis.stop());

    it('finds the master, and the next one after a failover', async () => {
      const options = { sentinels: redis.sentinels, sentinelName: redis.name, wire };
      await expectHearing(options);
      const [one, two] = [await create(options), await create(options)];
      const ear = new Ear();
      await one.listen(['group'], ear.listener);
      const back = new Promise<void>((resolve) => one.onReconnect(resolve));
      await redis.master.kill();
      await back;
      // Repeated until it is received: during a failover, there are moments without a subscriber.
      while (ear.messages.length === 0) {
        await two.groupSend('group', { type: 'after' }).catch(() => undefined);
        await delay(50);
      }
      expect(ear.messages[0]).toEqual({ type: 'after' });
    }, 120_000);
  });
});

it.each(['', 'localhost:6379', 'http://localhost', 'redis://', 'redis://:secret@localhost/name'])(
  'rejects an address such as %j without printing it',
  async (redisUrl) => {
    const failure: unknown = await create({ redisUrl, sentinels: [{ host: 'x', port: 1 }] }).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(Error);
    expect(String(failure)).not.toContain('secret');
  },
);
