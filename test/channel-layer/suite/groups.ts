import { describe, expect, it } from '@jest/globals';
import { InvalidMessage, InvalidName } from '../../../src/channel-layer/interface/errors.js';
import type { Message } from '../../../src/channel-layer/interface/message.js';
import type { Suite } from './suite.js';

export function describeGroups(suite: Suite): void {
  describe('groups', () => {
    describeMembership(suite);
    describeLimits(suite);
  });
}

function describeMembership(suite: Suite): void {
  it('send to each of their channels once, and to no other channel', async () => {
    const layer = await suite.layer();
    const [one, two, other] = [await layer.newChannel(), await layer.newChannel('pre'), await layer.newChannel()];
    await layer.groupAdd('group', one);
    await layer.groupAdd('group', two);
    await layer.groupAdd('group', two);
    await layer.groupSend('group', { type: 'hello' });
    for (const channel of [one, two, other]) await layer.send(channel, { type: 'end' });
    expect([await layer.receive(one), await layer.receive(one)].map(({ type }) => type)).toContain('hello');
    expect([await layer.receive(two), await layer.receive(two)].map(({ type }) => type)).toContain('hello');
    expect(await layer.receive(other)).toEqual({ type: 'end' });
  });

  it('do not contain a channel that was discarded', async () => {
    const layer = await suite.layer();
    const [stays, leaves] = [await layer.newChannel(), await layer.newChannel()];
    await layer.groupAdd('group', stays);
    await layer.groupAdd('group', leaves);
    await layer.groupDiscard('group', leaves);
    await layer.groupSend('group', { type: 'hello' });
    expect(await layer.receive(stays)).toEqual({ type: 'hello' });
    await layer.send(leaves, { type: 'alone' });
    expect(await layer.receive(leaves)).toEqual({ type: 'alone' });
  });

  it('ignore the discard of a channel that is not in them, and a send without members', async () => {
    const layer = await suite.layer();
    await layer.groupDiscard('group', await layer.newChannel());
    await layer.groupSend('group', { type: 'to.nobody' });
    expect(layer.statistics).toMatchObject({ sent: 1, dropped: 0 });
  });

  it('are empty after a flush', async () => {
    const layer = await suite.layer();
    const channel = await layer.newChannel();
    await layer.groupAdd('group', channel);
    await layer.flush();
    await layer.groupSend('group', { type: 'unheard' });
    await layer.send(channel, { type: 'heard' });
    expect(await layer.receive(channel)).toEqual({ type: 'heard' });
  });
}

function describeLimits(suite: Suite): void {
  it('skip and count a full channel', async () => {
    const layer = await suite.layer({ capacity: 1 });
    const channel = await layer.newChannel();
    await layer.groupAdd('group', channel);
    await layer.send(channel, { type: 'full' });
    await layer.groupSend('group', { type: 'dropped' });
    while (layer.statistics.dropped === 0) await new Promise(setImmediate);
    expect(await layer.receive(channel)).toEqual({ type: 'full' });
    const next = layer.receive(channel);
    await layer.groupSend('group', { type: 'heard' });
    expect(await next).toEqual({ type: 'heard' });
    expect(layer.statistics.dropped).toBe(1);
  });

  it.each(['', 'with space', 'a!b', 'ä', 'x'.repeat(100)])('reject the name %j', async (name) => {
    const layer = await suite.layer();
    const channel = await layer.newChannel();
    await expect(layer.groupSend(name, { type: 't' })).rejects.toThrow(InvalidName);
    await expect(layer.groupAdd(name, channel)).rejects.toThrow(InvalidName);
    await expect(layer.groupDiscard(name, channel)).rejects.toThrow(InvalidName);
    await expect(layer.listen([name], () => undefined)).rejects.toThrow(InvalidName);
  });

  it('accept names of 99 characters', async () => {
    const layer = await suite.layer();
    const channel = await layer.newChannel();
    const name = 'x'.repeat(99);
    await layer.groupAdd(name, channel);
    await layer.groupSend(name, { type: 'heard' });
    expect(await layer.receive(channel)).toEqual({ type: 'heard' });
  });

  it('reject messages that cannot be encoded', async () => {
    const layer = await suite.layer();
    const message = { type: 't', when: new Map() } as unknown as Message;
    await expect(layer.groupSend('group', message)).rejects.toThrow(InvalidMessage);
  });
}
