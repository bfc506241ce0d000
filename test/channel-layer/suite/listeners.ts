import { describe, expect, it } from '@jest/globals';
import type { Suite } from './suite.js';
import { Ear } from './heard.js';

export function describeListeners(suite: Suite): void {
  describe('listeners', () => {
    describeHearing(suite);
    describeLeaving(suite);
    describeTogether(suite);
  });
}

function describeHearing(suite: Suite): void {
  it('receive the messages of whole groups, each once and with its group', async () => {
    const layer = await suite.layer();
    const ear = new Ear();
    await layer.listen(['one', 'two'], ear.listener);
    await layer.listen(['two'], ear.listener);
    await layer.groupSend('one', { type: 'a' });
    await layer.groupSend('three', { type: 'b' });
    await layer.groupSend('two', { type: 'c' });
    await ear.hears(2);
    expect(ear.heard).toEqual([
      { group: 'one', message: { type: 'a' } },
      { group: 'two', message: { type: 'c' } },
    ]);
  });

  it('receive a burst of 5,000 completely and in order', async () => {
    const layer = await suite.layer({ capacity: 10_000 });
    const ear = new Ear();
    await layer.listen(['burst'], ear.listener);
    const numbers = Array.from({ length: 5_000 }, (_, i) => i);
    await Promise.all(numbers.map((i) => layer.groupSend('burst', { type: 'count', i })));
    await ear.hears(5_000);
    expect(ear.messages.map((message) => message.i)).toEqual(numbers);
  });

  it('are never called inside the send', async () => {
    const layer = await suite.layer();
    const ear = new Ear();
    await layer.listen(['group'], ear.listener);
    const sent = layer.groupSend('group', { type: 't' });
    expect(ear.heard).toEqual([]);
    await sent;
    await ear.hears(1);
  });
}

function describeLeaving(suite: Suite): void {
  it('receive no messages of groups that they left, and still those of the others', async () => {
    const layer = await suite.layer();
    const ear = new Ear();
    await layer.listen(['stays', 'left'], ear.listener);
    await layer.unlisten(['left', 'never.joined'], ear.listener);
    await layer.groupSend('left', { type: 'unheard' });
    await layer.groupSend('stays', { type: 'heard' });
    await ear.hears(1);
    expect(ear.heard).toEqual([{ group: 'stays', message: { type: 'heard' } }]);
  });

  it('still receive messages after leaving and joining in one turn', async () => {
    const layer = await suite.layer();
    const ear = new Ear();
    await layer.listen(['group'], ear.listener);
    await Promise.all([layer.unlisten(['group'], ear.listener), layer.listen(['group'], ear.listener)]);
    await layer.groupSend('group', { type: 'heard' });
    await ear.hears(1);
    expect(ear.messages).toEqual([{ type: 'heard' }]);
  });

  it('can leave while they handle a message', async () => {
    const layer = await suite.layer();
    const [brief, steady] = [new Ear(), new Ear()];
    const leaving = (): void => void layer.unlisten(['group'], leaving);
    await layer.listen(['group'], leaving);
    await layer.listen(['group'], steady.listener);
    await layer.listen(['group'], brief.listener);
    await layer.groupSend('group', { type: 'a' });
    await layer.groupSend('group', { type: 'b' });
    await steady.hears(2);
    expect(brief.heard).toEqual(steady.heard);
  });

  it('receive nothing after close, which can be called twice', async () => {
    const layer = await suite.layer();
    const ear = new Ear();
    await layer.listen(['group'], ear.listener);
    await layer.close();
    await layer.close();
    expect(ear.heard).toEqual([]);
  });
}

function describeTogether(suite: Suite): void {
  it('all receive the same message, decoded once, in addition to the channels in the group', async () => {
    const layer = await suite.layer();
    const [one, two] = [new Ear(), new Ear()];
    const channel = await layer.newChannel();
    await layer.groupAdd('group', channel);
    await layer.listen(['group'], one.listener);
    await layer.listen(['group'], two.listener);
    const received = layer.receive(channel);
    await layer.groupSend('group', { type: 'shared' });
    await Promise.all([one.hears(1), two.hears(1)]);
    expect(one.messages[0]).toBe(two.messages[0]);
    expect(await received).toEqual({ type: 'shared' });
  });

  it('are not affected by a listener that throws', async () => {
    const warnings: string[] = [];
    const layer = await suite.layer({ warn: (text) => warnings.push(text) });
    const ear = new Ear();
    await layer.listen(['group'], () => {
      throw new Error('broken');
    });
    await layer.listen(['group'], ear.listener);
    await layer.groupSend('group', { type: 'heard' });
    await ear.hears(1);
    expect(warnings).toEqual([expect.stringContaining('broken')]);
  });
}
