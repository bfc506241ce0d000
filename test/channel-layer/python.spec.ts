import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ChannelLayerOptions } from '../../src/channel-layer/interface/channel-layer-options.js';
import type { ChannelLayer } from '../../src/channel-layer/interface/channel-layer.js';
import { createChannelLayer } from '../../src/channel-layer/create-channel-layer.js';
import type { Message } from '../../src/channel-layer/interface/message.js';
import { startRedis } from '../support/servers/redis-server.js';
import type { RedisServer } from '../support/servers/redis-server.js';
import { Ear } from './suite/heard.js';
import { PythonPeer } from './support/python-peer.js';

const EVERYTHING: Message = {
  type: 'order.update',
  text: 'Straße 🚚',
  bytes: new Uint8Array([0, 255]),
  integers: [0, -1, 2 ** 40, 2n ** 64n - 1n, -(2n ** 63n)],
  floats: [0.1, -1.5],
  nothing: null,
  nested: { list: [{ deep: [true] }] },
};
const LARGE: Message = { type: 'large', text: 'x'.repeat(1_048_576) };

let redis: RedisServer;
let tests = 0;
const started: { close(): Promise<void> }[] = [];
beforeAll(async () => {
  redis = await startRedis();
});
afterEach(async () => {
  tests++;
  await Promise.all(started.splice(0).map((one) => one.close()));
});
afterAll(() => redis.stop());

describe.each(['pubsub', 'core'] as const)('Python and TypeScript on the %s wire', (wire) => {
  const prefix = (): string => `python${wire}${tests}`;
  const layer = async (options: ChannelLayerOptions = {}): Promise<ChannelLayer> => {
    const made = await createChannelLayer({ redisUrl: redis.url, wire, prefix: prefix(), ...options });
    started.push(made);
    return made;
  };
  const python = (...keys: string[]): PythonPeer => {
    const peer = PythonPeer.start({ url: redis.url, wire, prefix: prefix(), capacity: 10_000, keys });
    started.push({ close: () => peer.stop() });
    return peer;
  };

  it.each([EVERYTHING, LARGE])('send to a channel of the other side, $type', async (message) => {
    const [ours, theirs] = [await layer(), python()];
    const [here, there] = [await ours.newChannel(), await theirs.newChannel()];
    const received = [ours.receive(here), theirs.receive(there)];
    await theirs.send(here, message);
    await ours.send(there, message);
    expect(await Promise.all(received)).toEqual([message, message]);
  });

  it.each([EVERYTHING, LARGE])('send to a group with members on both sides, $type', async (message) => {
    const [ours, theirs] = [await layer(), python()];
    const ear = new Ear();
    const [here, there] = [await ours.newChannel(), await theirs.newChannel()];
    await ours.groupAdd('group', here);
    await theirs.groupAdd('group', there);
    await ours.listen(['group'], ear.listener);
    await theirs.groupSend('group', message);
    await ours.groupSend('group', message);
    await ear.hears(2);
    const received = [ours.receive(here), ours.receive(here), theirs.receive(there), theirs.receive(there)];
    expect([...ear.messages, ...(await Promise.all(received))]).toEqual(Array.from({ length: 6 }, () => message));
  });

  it('leave groups without affecting the other side', async () => {
    const [ours, theirs] = [await layer(), python()];
    const ear = new Ear();
    const there = await theirs.newChannel();
    await theirs.groupAdd('group', there);
    await ours.listen(['group'], ear.listener);
    await theirs.groupDiscard('group', there);
    await ours.groupSend('group', { type: 'one' });
    await ear.hears(1);
    await theirs.groupAdd('group', there);
    await ours.unlisten(['group'], ear.listener);
    await theirs.groupSend('group', { type: 'two' });
    expect(await theirs.receive(there)).toEqual({ type: 'two' });
    expect(ear.messages).toEqual([{ type: 'one' }]);
  });

  it('deliver a burst of 5,000 messages completely and in order to two of our nodes', async () => {
    const [one, two, theirs] = [await layer({ capacity: 10_000 }), await layer({ capacity: 10_000 }), python()];
    const ears = [new Ear(), new Ear()];
    await Promise.all([one, two].map((node, i) => node.listen(['group'], ears[i]?.listener ?? (() => undefined))));
    await theirs.burst('group', { type: 'count' }, 5_000);
    await Promise.all(ears.map((ear) => ear.hears(5_000)));
    const numbers = Array.from({ length: 5_000 }, (_, i) => i);
    for (const ear of ears) expect(ear.messages.map(({ i }) => i)).toEqual(numbers);
  });
});

describe('Python and TypeScript on the core wire', () => {
  it("decrypt each other's messages while keys are changed", async () => {
    const options = { redisUrl: redis.url, wire: 'core', prefix: `keys${tests}` } as const;
    const ours = await createChannelLayer({ ...options, encryptionKeys: ['new', 'old'] });
    const theirs = PythonPeer.start({ ...options, url: redis.url, keys: ['old', 'new'] });
    started.push(ours, { close: () => theirs.stop() });
    const ear = new Ear();
    const there = await theirs.newChannel();
    await theirs.groupAdd('group', there);
    await ours.listen(['group'], ear.listener);
    await theirs.groupSend('group', EVERYTHING);
    await ours.groupSend('group', EVERYTHING);
    await ear.hears(2);
    expect([...ear.messages, await theirs.receive(there)]).toEqual([EVERYTHING, EVERYTHING, EVERYTHING]);
    expect(ours.statistics.malformed).toBe(0);
  });

  it('share the messages of a channel that belongs to no process', async () => {
    const options = { redisUrl: redis.url, wire: 'core', prefix: `work${tests}` } as const;
    const ours = await createChannelLayer(options);
    const theirs = PythonPeer.start({ ...options, url: redis.url });
    started.push(ours, { close: () => theirs.stop() });
    await theirs.send('thumbnails', { type: 'make', i: 1 });
    expect(await ours.receive('thumbnails')).toEqual({ type: 'make', i: 1 });
    await ours.send('thumbnails', { type: 'make', i: 2 });
    expect(await theirs.receive('thumbnails')).toEqual({ type: 'make', i: 2 });
  });
});
