import { describe, expect, it } from '@jest/globals';
import type { Suite } from './suite.js';
import { Ear } from './heard.js';

export function describeSharing(suite: Suite): void {
  describe('two layers', () => {
    describeAcross(suite);
    describeEncryption(suite);
  });
}

function describeAcross(suite: Suite): void {
  it('send to each other', async () => {
    const [one, two] = [await suite.layer(), await suite.layer()];
    const channel = await one.newChannel();
    const received = one.receive(channel);
    await two.send(channel, { type: 'across' });
    expect(await received).toEqual({ type: 'across' });
  });

  it('receive messages of the same groups, each once, in the order of its sender', async () => {
    const layers = [await suite.layer(), await suite.layer()];
    const ears = [new Ear(), new Ear()];
    await Promise.all(layers.map((layer, i) => layer.listen(['group'], ears[i]?.listener ?? (() => undefined))));
    const numbers = Array.from({ length: 200 }, (_, i) => i);
    const sends = layers.flatMap((layer, from) => numbers.map((i) => layer.groupSend('group', { type: 't', from, i })));
    await Promise.all(sends);
    await Promise.all(ears.map((ear) => ear.hears(400)));
    for (const ear of ears) {
      for (const from of [0, 1]) {
        expect(ear.messages.filter((message) => message.from === from).map(({ i }) => i)).toEqual(numbers);
      }
    }
  });

  it("do not receive each other's messages under different prefixes", async () => {
    const [one, two] = [await suite.layer(), await suite.layer({ prefix: 'elsewhere' })];
    const ear = new Ear();
    await one.listen(['group'], ear.listener);
    await two.groupSend('group', { type: 'unheard' });
    await one.groupSend('group', { type: 'heard' });
    await ear.hears(1);
    expect(ear.messages).toEqual([{ type: 'heard' }]);
  });
}

function describeEncryption(suite: Suite): void {
  it("decrypt each other's messages while a key is changed", async () => {
    const before = await suite.layer({ encryptionKeys: ['old'] });
    const after = await suite.layer({ encryptionKeys: ['new', 'old'] });
    const between = await suite.layer({ encryptionKeys: ['old', 'new'] });
    const ears = [new Ear(), new Ear()];
    await after.listen(['group'], ears[0]?.listener ?? (() => undefined));
    await between.listen(['group'], ears[1]?.listener ?? (() => undefined));
    for (const layer of [before, between, after]) await layer.groupSend('group', { type: 't' });
    await Promise.all(ears.map((ear) => ear.hears(3)));
    expect(after.statistics).toMatchObject({ received: 3, malformed: 0 });
  });

  it('reject unencrypted messages and unknown keys, count them and log one warning for each reason', async () => {
    const warnings: string[] = [];
    const [plain, foreign] = [await suite.layer(), await suite.layer({ encryptionKeys: ['foreign'] })];
    const layer = await suite.layer({ encryptionKeys: ['own'], warn: (text) => warnings.push(text) });
    const ear = new Ear();
    await layer.listen(['group'], ear.listener);
    for (const sender of [plain, plain, foreign, foreign, layer]) await sender.groupSend('group', { type: 't' });
    await ear.hears(1);
    expect(layer.statistics).toMatchObject({ received: 1, malformed: 4 });
    expect(warnings).toHaveLength(2);
  });
}
