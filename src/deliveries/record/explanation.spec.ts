import { describe, expect, it } from '@jest/globals';
import type { DeliveryRow } from './deliveries.repository.js';
import { REASONS } from './delivery.js';
import { explanation } from './explanation.js';
import type { Circumstances } from './explanation.js';

const AT = new Date('2026-11-30T12:00:00Z');
const EMAIL: Circumstances = {
  channel: 'email',
  notificationType: 'news',
  isBroadcast: false,
  isOfType: false,
  off: null,
};
const QUEUED = { status: 'queued', reason: null, dueAt: null, attempts: 0, lastError: null, updatedAt: AT } as const;

/** `members` of the record; null: there is no record. */
function explain(members: Partial<DeliveryRow> | null, circumstances: Partial<Circumstances> = {}): string {
  const row = members ? ({ channel: 'email', ...QUEUED, ...members } as DeliveryRow) : undefined;
  return explanation(row, { ...EMAIL, ...circumstances });
}

describe('the explanation of a delivery', () => {
  it('has a sentence for each reason to skip a delivery', () => {
    const texts = Object.values(REASONS).map((reason) => explain({ status: 'skipped', reason }));
    for (const text of texts) expect(text).toMatch(/^[A-Z][^_]+\.$/);
    expect(texts).toHaveLength(Object.values(REASONS).length);
  });

  it('includes the reason of a provider unchanged', () => {
    expect(explain({ status: 'skipped', reason: 'mailbox_full' })).toContain('mailbox full');
  });

  it('includes the reason why the channel is off', () => {
    const off = 'SMTP_URL is not set';
    for (const record of [{ status: 'skipped', reason: REASONS.channelOff } as const, null]) {
      expect(explain(record, { off })).toContain(off);
    }
  });

  it('includes the time until which the delivery waits', () => {
    for (const reason of [REASONS.escalation, REASONS.quietHours, REASONS.digest]) {
      expect(explain({ reason, dueAt: AT })).toContain(AT.toISOString());
    }
  });

  it('includes the number of attempts and the last error', () => {
    expect(explain({ attempts: 1, lastError: 'timed out' })).toMatch(/one attempt.*timed out/);
    expect(explain({ status: 'failed', attempts: 3, lastError: 'refused' })).toMatch(/3 attempts.*refused/);
  });

  it('distinguishes sockets from providers, and each status from the others', () => {
    const statuses = ['queued', 'sent', 'delivered', 'failed'] as const;
    const texts = statuses.flatMap((status) => [explain({ status }), explain({ status }, { channel: 'websocket' })]);
    // A failure has the same text on every channel.
    expect(new Set(texts).size).toBe(texts.length - 1);
  });

  it('explains why there is no record', () => {
    const texts = [
      explain(null),
      explain(null, { isOfType: true }),
      explain(null, { isBroadcast: true }),
      explain(null, { isBroadcast: true, channel: 'websocket' }),
    ];
    expect(new Set(texts).size).toBe(texts.length);
  });
});
