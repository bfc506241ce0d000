import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { createPgliteDatabase } from '../../test/support/servers/pglite-databases.js';
import { createTestDatabase } from '../../test/support/servers/test-databases.js';
import { loadSettings } from '../config/load-settings.js';
import { Database } from '../database/database.js';
import { sendCounts } from './send-counts.table.js';
import { SendLimits } from './send-limits.js';
import type { SendRequest } from './send-limits.js';

const SETTINGS = { SEND_LIMITS: 'sms:2/day,sms:3/hour,push:5/day', TYPE_SEND_LIMITS: 'offers:1/day' };

const sms = (userId: string, notificationType = 'general'): SendRequest => ({
  userId,
  channel: 'sms',
  notificationType,
});

describe.each([
  ['PGlite', createPgliteDatabase],
  ['PostgreSQL', createTestDatabase],
])('SendLimits on %s', (_name, createUrl) => {
  let database: Database;
  let limits: SendLimits;
  beforeAll(async () => {
    database = await Database.open(await createUrl());
    limits = new SendLimits(loadSettings({ DATABASE_URL: 'pglite://memory', ...SETTINGS }), database);
  });
  beforeEach(() => database.db.delete(sendCounts));
  afterAll(() => database.close());

  const admitAll = async (...requests: SendRequest[]): Promise<boolean[]> => {
    const admitted: boolean[] = [];
    for (const request of requests) admitted.push(await limits.admit(request));
    return admitted;
  };

  it('applies the limit to each user separately', async () => {
    expect(await admitAll(sms('a'), sms('b'), sms('a'), sms('a'))).toEqual([true, true, true, false]);
    expect(await admitAll(sms('b'), sms('a'), sms('b'))).toEqual([true, false, false]);
  });

  it('counts channels separately, and does not count channels without a limit', async () => {
    expect(await admitAll(sms('a'), sms('a'), sms('a'))).toEqual([true, true, false]);
    expect(await limits.admit({ ...sms('a'), channel: 'push' })).toBe(true);
    const emails = Array.from({ length: 20 }, (): SendRequest => ({ ...sms('a'), channel: 'email' }));
    expect(await admitAll(...emails)).toEqual(emails.map(() => true));
  });

  it('applies the limit of a type on each channel, and does not count what it rejects', async () => {
    const offer = sms('a', 'offers');
    expect(await admitAll(offer, offer, { ...offer, channel: 'email' })).toEqual([true, false, true]);
    expect(await admitAll(sms('a'), sms('a'))).toEqual([true, false]);
  });

  it('subtracts messages that were not sent', async () => {
    await admitAll(sms('a'), sms('a'));
    await limits.release(sms('a'));
    expect(await admitAll(sms('a'), sms('a'))).toEqual([true, false]);
  });

  it('starts again with the next day, and deletes the counts of the previous day', async () => {
    await admitAll(sms('a'), sms('a'));
    await database.settle();
    await database.db.update(sendCounts).set({ endsAt: sql`ends_at - interval '1 day'` });
    const fresh = new SendLimits(loadSettings({ DATABASE_URL: 'pglite://memory', ...SETTINGS }), database);
    expect(await fresh.admit(sms('a'))).toBe(true);
    await database.settle();
    expect(await database.db.select({ count: sendCounts.count }).from(sendCounts)).toEqual([
      { count: 1 },
      { count: 1 },
    ]);
  });

  it('applies when many messages are sent at once', async () => {
    const all = await Promise.all(
      Array.from({ length: 10 }, () => [limits.admit(sms('b')), limits.admit(sms('a'))]).flat(),
    );
    expect(all.filter(Boolean)).toHaveLength(4);
  });
});
