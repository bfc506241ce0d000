import { describe, expect, it } from '@jest/globals';
import { Origins } from '../../auth/origin/origins.js';
import type { Settings } from '../../config/settings.js';
import { Connections } from '../connection/connections.js';
import { EntryRules } from './entry-rules.js';
import { RealtimeStatus } from '../connection/realtime-status.js';

function rulesOf(settings: Partial<Settings> = {}): EntryRules {
  const connections = new Connections();
  const all = { maxSockets: 0, maxSocketsPerAddress: 0, allowedHosts: [], ...settings } as unknown as Settings;
  return new EntryRules(all, new RealtimeStatus(connections), connections, new Origins(all));
}

describe('room for handshakes', () => {
  it('is bounded, and there again when those under way are done, well or not', async () => {
    const rules = rulesOf();
    const ends: (() => void)[] = [];
    const handshakes = Array.from({ length: 2_000 }, (_, n) => {
      const handshake = new Promise<void>((resolve, reject) => {
        ends.push(n % 2 === 0 ? resolve : () => reject(new Error('no')));
      });
      expect(rules.isFull).toBe(false);
      return rules.during(handshake);
    });
    expect(rules.isFull).toBe(true);
    for (const end of ends) end();
    await Promise.allSettled(handshakes);
    expect(rules.isFull).toBe(false);
  });

  it('those who find none come back at different times, soon', () => {
    const rules = rulesOf();
    const seconds = new Set(Array.from({ length: 200 }, () => rules.retryAfterSeconds));
    expect([...seconds].sort()).toEqual([1, 2, 3, 4, 5]);
  });
});
