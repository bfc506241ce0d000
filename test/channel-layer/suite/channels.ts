import { describe, expect, it } from '@jest/globals';
import {
  ChannelFull,
  ChannelLayerUnavailable,
  InvalidMessage,
  InvalidName,
} from '../../../src/channel-layer/interface/errors.js';
import type { Message } from '../../../src/channel-layer/interface/message.js';
import type { Suite } from './suite.js';

export function describeChannels(suite: Suite): void {
  describe('channels', () => {
    describeDelivery(suite);
    describeWaiting(suite);
    describeCapacity(suite);
    describeRules(suite);
  });
}

function describeDelivery(suite: Suite): void {
  it('deliver messages once and in order', async () => {
    const layer = await suite.layer();
    const channel = await layer.newChannel();
    for (let i = 0; i < 20; i++) await layer.send(channel, { type: 'count', i });
    for (let i = 0; i < 20; i++) expect(await layer.receive(channel)).toEqual({ type: 'count', i });
  });

  it('are separate from each other', async () => {
    const layer = await suite.layer();
    const [one, two] = [await layer.newChannel(), await layer.newChannel()];
    await layer.send(two, { type: 'to.two' });
    await layer.send(one, { type: 'to.one' });
    expect(await layer.receive(one)).toEqual({ type: 'to.one' });
    expect(await layer.receive(two)).toEqual({ type: 'to.two' });
  });

  it('have new names that are valid, unique and begin with the given prefix', async () => {
    const layer = await suite.layer();
    const names = [await layer.newChannel('worker'), await layer.newChannel('worker')];
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^[\w.-]*worker\.[\w.-]+![\w.-]+$/);
  });

  it('copy the message', async () => {
    const layer = await suite.layer();
    const channel = await layer.newChannel();
    const list = [1];
    await layer.send(channel, { type: 't', list });
    list.push(2);
    expect(await layer.receive(channel)).toEqual({ type: 't', list: [1] });
  });
}

function describeWaiting(suite: Suite): void {
  it('keep a receiver waiting for a message', async () => {
    const layer = await suite.layer();
    const channel = await layer.newChannel();
    const received = layer.receive(channel);
    await layer.send(channel, { type: 'late' });
    expect(await received).toEqual({ type: 'late' });
  });

  it('give each of several receivers a different message', async () => {
    const layer = await suite.layer();
    const channel = await layer.newChannel();
    const received = Promise.all([layer.receive(channel), layer.receive(channel)]);
    await layer.send(channel, { type: 'first' });
    await layer.send(channel, { type: 'second' });
    expect((await received).map(({ type }) => type).sort()).toEqual(['first', 'second']);
  });

  it('stop a receiver when its signal is aborted, and serve the next one', async () => {
    const layer = await suite.layer();
    const channel = await layer.newChannel();
    const abort = new AbortController();
    const received = layer.receive(channel, abort.signal);
    abort.abort(new Error('enough'));
    await expect(received).rejects.toThrow('enough');
    const again = layer.receive(channel);
    await layer.send(channel, { type: 'after' });
    expect(await again).toEqual({ type: 'after' });
  });

  it('reject a receiver whose signal is already aborted', async () => {
    const layer = await suite.layer();
    const channel = await layer.newChannel();
    await expect(layer.receive(channel, AbortSignal.abort(new Error('no')))).rejects.toThrow('no');
  });

  it('stop their receivers when the layer is closed', async () => {
    const layer = await suite.layer();
    const received = layer.receive(await layer.newChannel()).catch((error: unknown) => error);
    await layer.close();
    expect(await received).toBeInstanceOf(ChannelLayerUnavailable);
  });
}

function describeCapacity(suite: Suite): void {
  it('are full at their capacity, and accept messages again after one was read', async () => {
    const layer = await suite.layer({ capacity: 3 });
    const channel = await layer.newChannel();
    for (let i = 0; i < 3; i++) await layer.send(channel, { type: 'count', i });
    await expect(layer.send(channel, { type: 'count', i: 3 })).rejects.toThrow(ChannelFull);
    expect(layer.statistics.dropped).toBe(1);
    expect(await layer.receive(channel)).toEqual({ type: 'count', i: 0 });
    await layer.send(channel, { type: 'count', i: 4 });
    const rest: Message[] = [];
    for (let i = 0; i < 3; i++) rest.push(await layer.receive(channel));
    expect(rest.map((message) => message.i)).toEqual([1, 2, 4]);
  });

  it('are full independently of each other', async () => {
    const layer = await suite.layer({ capacity: 1 });
    const [one, two] = [await layer.newChannel('one'), await layer.newChannel('two')];
    await layer.send(one, { type: 't' });
    await layer.send(two, { type: 't' });
    await expect(layer.send(one, { type: 't' })).rejects.toThrow(ChannelFull);
  });
}

function describeRules(suite: Suite): void {
  it.each(['', 'with space', 'a!b!c', 'ä', 'x'.repeat(100)])('reject the name %j', async (name) => {
    const layer = await suite.layer();
    await expect(layer.send(name, { type: 't' })).rejects.toThrow(InvalidName);
    await expect(layer.receive(name)).rejects.toThrow(InvalidName);
    await expect(layer.groupAdd('group', name)).rejects.toThrow(InvalidName);
    await expect(layer.groupDiscard('group', name)).rejects.toThrow(InvalidName);
  });

  it('reject a prefix that leads to an invalid name', async () => {
    const layer = await suite.layer();
    await expect(layer.newChannel('a b')).rejects.toThrow(InvalidName);
    await expect(layer.newChannel('x'.repeat(99))).rejects.toThrow(InvalidName);
  });

  it('reject messages that cannot be encoded', async () => {
    const layer = await suite.layer();
    const channel = await layer.newChannel();
    await expect(layer.send(channel, {} as Message)).rejects.toThrow(InvalidMessage);
    await expect(layer.send(channel, { type: 't', at: new Date() } as unknown as Message)).rejects.toThrow(/ISO 8601/);
  });

  it('are empty after a flush', async () => {
    const layer = await suite.layer({ capacity: 1 });
    const channel = await layer.newChannel();
    await layer.send(channel, { type: 'gone' });
    await layer.flush();
    await layer.send(channel, { type: 'kept' });
    expect(await layer.receive(channel)).toEqual({ type: 'kept' });
  });
}
