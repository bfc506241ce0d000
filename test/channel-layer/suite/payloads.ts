import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { MessageValue } from '../../../src/channel-layer/interface/message.js';
import type { Suite } from './suite.js';
import { Ear } from './heard.js';

const VALUES: [string, MessageValue][] = [
  ['null and booleans', [null, true, false]],
  ['integers', [0, -1, 255, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER, 2n ** 63n, -(2n ** 63n)]],
  ['floats', [0.1, -1.5, 1e300, 5e-324]],
  ['text', ['', 'Straße 🚚', 'x'.repeat(70_000)]],
  ['bytes', new Uint8Array([0, 1, 254, 255])],
  ['nesting', { list: [[], {}, [{ deep: [1, ['a']] }]], empty: '' }],
];

export function describePayloads(suite: Suite): void {
  describe('payloads', () => {
    it.each(VALUES)('carry %s unchanged', async (_what, value) => {
      const layer = await suite.layer();
      const channel = await layer.newChannel();
      await layer.send(channel, { type: 't', value });
      expect(await layer.receive(channel)).toEqual({ type: 't', value });
    });

    it('can contain 1 MiB of bytes or text', async () => {
      const layer = await suite.layer();
      const ear = new Ear();
      await layer.listen(['group'], ear.listener);
      const blob = new Uint8Array(randomBytes(1_048_576));
      const text = randomBytes(524_288).toString('hex');
      await layer.groupSend('group', { type: 'bytes', blob });
      await layer.groupSend('group', { type: 'text', text });
      await ear.hears(2);
      expect(Buffer.compare(ear.messages[0]?.blob as Uint8Array, blob)).toBe(0);
      expect(ear.messages[1]?.text).toBe(text);
    });
  });
}
