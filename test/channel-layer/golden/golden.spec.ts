import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { resolveOptions } from '../../../src/channel-layer/interface/channel-layer-options.js';
import { CoreWire } from '../../../src/channel-layer/core/core-wire.js';
import { Fernet } from '../../../src/channel-layer/codec/fernet.js';
import { encodeMessage } from '../../../src/channel-layer/codec/message-codec.js';
import { PayloadCodec } from '../../../src/channel-layer/codec/payload-codec.js';
import { newStatistics } from '../../../src/channel-layer/interface/statistics.js';
import { messageFromTagged } from '../support/tagged.js';
import type { Tagged } from '../support/tagged.js';

const PAYLOADS = ['pubsub', 'pubsub_encrypted', 'core', 'core_send', 'core_group_send', 'core_send_encrypted'] as const;
type Recorded = Record<(typeof PAYLOADS)[number], string> & { readonly name: string; readonly message: Tagged };

interface Golden {
  readonly fixed: { time: number; iv: string; keys: string[]; channel: string; channels: string[] };
  readonly messages: readonly Recorded[];
}

const RANDOM_LENGTH = 12;
const golden = JSON.parse(readFileSync(new URL('golden.json', import.meta.url), 'utf8')) as Golden;
const { fixed } = golden;
const now = (): number => fixed.time * 1000;

const codec = (...encryptionKeys: string[]): PayloadCodec =>
  new PayloadCodec({ encryptionKeys, now, warn: () => undefined }, newStatistics());
const wire = (...encryptionKeys: string[]): CoreWire =>
  new CoreWire(resolveOptions({ encryptionKeys, now }), newStatistics());
const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
const afterRandom = (payload: Buffer): string => payload.subarray(RANDOM_LENGTH).toString('hex');

describe.each(golden.messages)('$name', (recorded) => {
  const message = messageFromTagged(recorded.message);
  const [first = ''] = fixed.keys;

  it('is decoded to what Python encoded', () => {
    expect(codec().decode(bytes(recorded.pubsub))).toEqual(message);
    expect(wire().decode(bytes(recorded.core))).toEqual({ channels: [], message });
    expect(wire().decode(bytes(recorded.core_send))).toEqual({ channels: [fixed.channel], message });
    expect(wire().decode(bytes(recorded.core_group_send))).toEqual({ channels: fixed.channels, message });
  });

  it('is decrypted with the key of Python, in first or last place', () => {
    for (const keys of [fixed.keys, [...fixed.keys].reverse()]) {
      expect(codec(...keys).decode(bytes(recorded.pubsub_encrypted))).toEqual(message);
      expect(wire(...keys).decode(bytes(recorded.core_send_encrypted))).toEqual({ channels: [fixed.channel], message });
    }
  });

  it('is encoded as Python encodes it', () => {
    expect(codec().encode(message).toString('hex')).toBe(recorded.pubsub);
    expect(afterRandom(wire().encode(message))).toBe(afterRandom(bytes(recorded.core)));
    const prepared = wire().prepare(message);
    expect(afterRandom(prepared.addressedTo(fixed.channel))).toBe(afterRandom(bytes(recorded.core_send)));
    expect(afterRandom(prepared.addressedTo(fixed.channels))).toBe(afterRandom(bytes(recorded.core_group_send)));
  });

  it('is encrypted as Python encrypts it', () => {
    const token = new Fernet([first], now).encrypt(encodeMessage(message), bytes(fixed.iv));
    expect(token.toString('hex')).toBe(recorded.pubsub_encrypted);
  });

  it('is rejected when it is too old', () => {
    const late = new CoreWire(
      resolveOptions({ encryptionKeys: fixed.keys, expirySeconds: 60, now: () => (fixed.time + 71) * 1000 }),
      newStatistics(),
    );
    expect(late.decode(bytes(recorded.core_send_encrypted))).toBeNull();
  });
});

it('the file contains every kind of payload of every message', () => {
  expect(golden.messages.length).toBeGreaterThan(5);
  for (const recorded of golden.messages)
    for (const kind of PAYLOADS) expect(recorded[kind]).toMatch(/^([0-9a-f]{2})+$/);
});
