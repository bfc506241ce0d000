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
  it('hear whole groups, each message once and with its group', async () => {
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

  it('hear all of a burst of 5,000, in order', async () => {
    const layer = await suite.layer({ capacity: 10_000 });
    const ear = new Ear();
    await layer.listen(['burst'], ear.listener);
    const numbers = Array.from({ length: 5_000 }, (_, i) => i);
    await Promise.all(numbers.map((i) => layer.groupSend('burst', { type: 'count', i })));
    await ear.hears(5_000);
    expect(ear.messages.map((message) => message.i)).toEqual(numbers);
  });

  it('never run inside the send', async () => {
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
  it('stop hearing what they left, and go on hearing the rest', async () => {
    const layer = await suite.layer();
    const ear = new Ear();
    await layer.listen(['stays', 'left'], ear.listener);
    await layer.unlisten(['left', 'never.joined'], ear.listener);
    await layer.groupSend('left', { type: 'unheard' });
    await layer.groupSend('stays', { type: 'heard' });
    await ear.hears(1);
    expect(ear.heard).toEqual([{ group: 'stays', message: { type: 'heard' } }]);
  });

  it('hear again after leaving and joining in one turn', async () => {
    const layer = await suite.layer();
    const ear = new Ear();
    await layer.listen(['group'], ear.listener);
    await Promise.all([layer.unlisten(['group'], ear.listener), layer.listen(['group'], ear.listener)]);
    await layer.groupSend('group', { type: 'heard' });
    await ear.hears(1);
    expect(ear.messages).toEqual([{ type: 'heard' }]);
  });

  it('may leave while they hear', async () => {
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

  it('hear nothing after close, which may be called twice', async () => {
    const layer = await suite.layer();
    const ear = new Ear();
    await layer.listen(['group'], ear.listener);
    await layer.close();
    await layer.close();
    expect(ear.heard).toEqual([]);
  });
}

function describeTogether(suite: Suite): void {
  it('all get the same message, decoded once, beside the channels in the group', async () => {
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

  it('do not suffer from one that throws', async () => {
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
