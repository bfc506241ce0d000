import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { ChannelLayerOptions } from '../../src/channel-layer/interface/channel-layer-options.js';
import type { ChannelLayer } from '../../src/channel-layer/interface/channel-layer.js';
import { createChannelLayer } from '../../src/channel-layer/create-channel-layer.js';
import { startRedis } from '../support/servers/redis-server.js';
import type { RedisServer } from '../support/servers/redis-server.js';
import { Ear } from './suite/heard.js';
import { RedisMonitor } from './support/redis-monitor.js';

let redis: RedisServer;
let client: Redis;
let monitor: RedisMonitor;
const layers: ChannelLayer[] = [];
const create = async (options: ChannelLayerOptions): Promise<ChannelLayer> => {
  const layer = await createChannelLayer({ redisUrl: redis.url, ...options });
  layers.push(layer);
  return layer;
};

beforeAll(async () => {
  redis = await startRedis();
  client = new Redis(redis.url);
});
beforeEach(async () => {
  await client.flushall();
  monitor = await RedisMonitor.start(redis.url);
});
afterEach(async () => {
  await Promise.all(layers.splice(0).map((layer) => layer.close()));
  monitor.stop();
});
afterAll(async () => {
  client.disconnect();
  await redis.stop();
});

describe('the pubsub wire', () => {
  it('subscribes to all groups of a turn with one SUBSCRIBE, and never twice to the same group', async () => {
    const layer = await create({ wire: 'pubsub' });
    const ears = [new Ear(), new Ear(), new Ear()];
    await Promise.all(
      ears.map((ear, i) => layer.listen([`user_${i}`, `user_${i}_notifications`, 'all'], ear.listener)),
    );
    await layer.listen(['all', 'user_1'], () => undefined);
    const commands = await monitor.seen('SUBSCRIBE');
    expect(commands).toHaveLength(1);
    expect(new Set(commands[0]?.slice(1))).toEqual(
      new Set(
        ['all', ...[0, 1, 2].flatMap((i) => [`user_${i}`, `user_${i}_notifications`])].map((g) => `asgi__group__${g}`),
      ),
    );
  });

  it('leaves a group only with its last listener, and all groups of a turn with one UNSUBSCRIBE', async () => {
    const layer = await create({ wire: 'pubsub' });
    const [one, two] = [new Ear(), new Ear()];
    await layer.listen(['a', 'b', 'c'], one.listener);
    await layer.listen(['c'], two.listener);
    await Promise.all(['a', 'b', 'c'].map((group) => layer.unlisten([group], one.listener)));
    expect(await monitor.seen('UNSUBSCRIBE')).toEqual([['unsubscribe', 'asgi__group__a', 'asgi__group__b']]);
  });

  it('needs one command for a group send, regardless of the number of listeners, and two connections', async () => {
    const [sender, receiver] = [await create({ wire: 'pubsub' }), await create({ wire: 'pubsub' })];
    const ears = Array.from({ length: 50 }, () => new Ear());
    await Promise.all(ears.map((ear) => receiver.listen(['group'], ear.listener)));
    await sender.groupSend('group', { type: 't' });
    await Promise.all(ears.map((ear) => ear.hears(1)));
    expect(await monitor.seen('PUBLISH', 'EVALSHA', 'EVAL', 'ZADD')).toHaveLength(1);
    const clients = String(await client.client('LIST', 'TYPE', 'PUBSUB'));
    expect(clients.trim().split('\n')).toHaveLength(1);
  });

  it('drops malformed payloads, counts them and logs one warning', async () => {
    const warnings: string[] = [];
    const layer = await create({ wire: 'pubsub', warn: (text) => warnings.push(text) });
    const ear = new Ear();
    await layer.listen(['group'], ear.listener);
    for (const payload of ['not msgpack', '\u0093', '']) await client.publish('asgi__group__group', payload);
    await layer.groupSend('group', { type: 'fine' });
    await ear.hears(1);
    expect(ear.messages).toEqual([{ type: 'fine' }]);
    expect(layer.statistics.malformed).toBe(3);
    expect(warnings.length).toBeLessThanOrEqual(2);
  });
});

describe('the core wire', () => {
  it('makes the node one member of a group, regardless of the number of listeners, and removes it with the last listener', async () => {
    const layer = await create({ wire: 'core' });
    const [one, two] = [new Ear(), new Ear()];
    await layer.listen(['group'], one.listener);
    await layer.listen(['group'], two.listener);
    const members = await client.zrange('asgi:group:group', '0', '-1');
    expect(members).toEqual([expect.stringMatching(/^specific\.\w+!group\.\w+$/)]);
    expect(members[0]?.length).toBeLessThan(100);
    await layer.unlisten(['group'], one.listener);
    expect(await client.zcard('asgi:group:group')).toBe(1);
    await layer.unlisten(['group'], two.listener);
    expect(await client.exists('asgi:group:group')).toBe(0);
  });

  it('reports a group as joined only after Redis has confirmed it, also for listeners that join at the same time', async () => {
    const layer = await create({ wire: 'core' });
    await client.client('PAUSE', 60_000, 'WRITE');
    const first = layer.listen(['group'], () => undefined);
    // The joins of a turn are sent at its end, and Redis answers after that.
    await client.ping();
    let joined = false;
    const second = layer.listen(['group'], () => undefined).then(() => (joined = true));
    await client.ping();
    const joinedTooEarly = joined;
    await client.client('UNPAUSE');
    expect(joinedTooEarly).toBe(false);
    await Promise.all([first, second]);
    expect(await client.zcard('asgi:group:group')).toBe(1);
  });

  it('leaves every group when it is closed, and leaves no keys', async () => {
    const layer = await create({ wire: 'core' });
    await layer.listen(['a', 'b'], () => undefined);
    expect(await client.keys('*')).toHaveLength(2);
    await layer.close();
    expect(await client.keys('*')).toEqual([]);
  });

  it('uses the keys, scores and lifetimes of channels_redis', async () => {
    const layer = await create({ wire: 'core', expirySeconds: 60 });
    const before = Date.now() / 1000 - 0.001;
    await layer.listen(['group'], () => undefined);
    await layer.send('thumbnails', { type: 't' });
    const [, joined] = await client.zrange('asgi:group:group', '0', '-1', 'WITHSCORES');
    const [, sent] = await client.zrange('asgithumbnails', '0', '-1', 'WITHSCORES');
    for (const score of [joined, sent]) expect(Number(score)).toBeGreaterThan(before);
    expect(await client.ttl('asgi:group:group')).toBeGreaterThan(86_390);
    expect(await client.ttl('asgithumbnails')).toBeGreaterThan(55);
  });

  it('renews its memberships well before they expire', async () => {
    const layer = await create({ wire: 'core', groupExpirySeconds: 2 });
    await layer.listen(['group'], () => undefined);
    const commands = await monitor.sees(3, 'ZADD');
    const [first, , third] = commands.map(([, key, score, member]) => ({ key, score: Number(score), member }));
    expect(third?.member).toBe(first?.member);
    expect((third?.score ?? 0) - (first?.score ?? 0)).toBeLessThan(2);
  });

  it('costs the same for any number of listeners: it reads the members and adds to one key', async () => {
    const [sender, receiver] = [await create({ wire: 'core' }), await create({ wire: 'core' })];
    const ears = Array.from({ length: 50 }, () => new Ear());
    await Promise.all(ears.map((ear) => receiver.listen(['group'], ear.listener)));
    await sender.groupSend('group', { type: 't' });
    await sender.groupSend('group', { type: 't' });
    await Promise.all(ears.map((ear) => ear.hears(2)));
    expect(await monitor.seen('ZRANGEBYSCORE')).toHaveLength(2);
    expect((await monitor.seen('EVALSHA')).at(-1)?.[2]).toBe('1');
  });

  it('sends to the channels of many processes with one script', async () => {
    const sender = await create({ wire: 'core' });
    await Promise.all(['one', 'two', 'three'].map((name) => sender.groupAdd('group', `specific.${name}!x`)));
    await sender.groupSend('group', { type: 't' });
    const added = [...(await monitor.seen('EVALSHA')), ...(await monitor.seen('EVAL'))];
    expect(added.map((command) => command[2])).toEqual(expect.arrayContaining(['3']));
    expect(await client.keys('asgispecific.*')).toHaveLength(3);
  });

  it('skips and counts a full reader, and still reaches the others', async () => {
    const sender = await create({ wire: 'core', capacity: 2 });
    const [full, open] = ['specific.full!x', 'specific.open!x'];
    await Promise.all([full, open].map((channel) => sender.groupAdd('group', channel)));
    for (let i = 0; i < 2; i++) await sender.send(full, { type: 't' });
    await sender.groupSend('group', { type: 'group' });
    expect(sender.statistics.dropped).toBe(1);
    expect(await client.zcard('asgispecific.full!')).toBe(2);
    expect(await client.zcard('asgispecific.open!')).toBe(1);
  });

  it('rejects a message that contains the member for channel names', async () => {
    const layer = await create({ wire: 'core' });
    await expect(layer.groupSend('group', { type: 't', __asgi_channel__: 'x' })).rejects.toThrow('__asgi_channel__');
    await expect(layer.receive('specific.other!x')).rejects.toThrow('another process');
  });
});
