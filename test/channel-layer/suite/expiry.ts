import { describe, expect, it } from '@jest/globals';
import type { Suite } from './suite.js';

export function describeExpiry(suite: Suite): void {
  describe('expiry', () => {
    it('removes messages that were not received in time, and so frees capacity', async () => {
      const layer = await suite.layer({ expirySeconds: 30, capacity: 1 });
      const channel = await layer.newChannel();
      await layer.send(channel, { type: 'old' });
      suite.passTime(31);
      await layer.send(channel, { type: 'new' });
      expect(await layer.receive(channel)).toEqual({ type: 'new' });
    });

    it('keeps messages that are not old enough', async () => {
      const layer = await suite.layer({ expirySeconds: 30 });
      const channel = await layer.newChannel();
      await layer.send(channel, { type: 'young' });
      suite.passTime(28);
      await layer.send(channel, { type: 'younger' });
      expect(await layer.receive(channel)).toEqual({ type: 'young' });
    });

    it('removes channels from groups a day after they joined', async () => {
      const layer = await suite.layer();
      const [old, young] = [await layer.newChannel(), await layer.newChannel()];
      await layer.groupAdd('group', old);
      suite.passTime(80_000);
      await layer.groupAdd('group', young);
      suite.passTime(7_000);
      await layer.groupSend('group', { type: 'to.group' });
      await layer.send(old, { type: 'to.old' });
      expect(await layer.receive(young)).toEqual({ type: 'to.group' });
      expect(await layer.receive(old)).toEqual({ type: 'to.old' });
    });

    it('starts again for a channel that joins again', async () => {
      const layer = await suite.layer();
      const channel = await layer.newChannel();
      await layer.groupAdd('group', channel);
      suite.passTime(80_000);
      await layer.groupAdd('group', channel);
      suite.passTime(80_000);
      await layer.groupSend('group', { type: 'heard' });
      expect(await layer.receive(channel)).toEqual({ type: 'heard' });
    });
  });
}
