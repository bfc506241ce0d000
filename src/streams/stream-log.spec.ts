import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { createPgliteDatabase } from '../../test/support/servers/pglite-databases.js';
import { loadSettings } from '../config/load-settings.js';
import { Database } from '../database/database.js';
import { Trimmer } from '../database/trimmer.js';
import type { Bus } from './bus/bus.js';
import { OldEntries } from './old-entries.js';
import { StreamLog } from './stream-log.js';
import { StreamReader } from './follow/stream-reader.js';

interface Told {
  readonly group: string;
  readonly stream: string;
  readonly position: number;
  readonly text: unknown;
}

describe('the log', () => {
  let database: Database;
  let log: StreamLog;
  let reader: StreamReader;
  const told: Told[] = [];

  beforeAll(async () => {
    database = await Database.open(await createPgliteDatabase());
    const bus: Pick<Bus, 'publish'> = {
      publish: (group, stream, position, { text }) => {
        told.push({ group, stream, position, text });
        return Promise.resolve();
      },
    };
    log = new StreamLog(database, bus as Bus);
    reader = new StreamReader(database);
  });

  afterAll(() => database.close());

  const message = (text: string): { type: string; text: string } => ({ type: 'note', text });

  async function texts(stream: string, after = 0, until = 1_000): Promise<unknown[]> {
    return (await reader.read(stream, after, until, 1_000)).map((entry) => [entry.position, entry.message.text]);
  }

  it('assigns positions in the order of the appends for each stream, and publishes after the commit', async () => {
    await database.transaction(async (tx) => {
      log.append(tx, 'b', message('b1'));
      log.append(tx, 'a', message('a1'), { group: 'own.a' });
      log.append(tx, 'b', message('b2'));
      await tx.db.execute(sql`select 1`);
      expect(told).toEqual([]);
    });
    await log.appendNow('b', message('b3'));
    expect(await texts('a')).toEqual([[1, 'a1']]);
    expect(await texts('b')).toEqual([
      [1, 'b1'],
      [2, 'b2'],
      [3, 'b3'],
    ]);
    expect(told).toEqual([
      { group: 'b', stream: 'b', position: 1, text: 'b1' },
      { group: 'own.a', stream: 'a', position: 1, text: 'a1' },
      { group: 'b', stream: 'b', position: 2, text: 'b2' },
      { group: 'b', stream: 'b', position: 3, text: 'b3' },
    ]);
  });

  it('finds which of our streams have new entries, regardless of the number of other changed streams', async () => {
    const { snapshot } = await reader.changedSince(null, new Map([['ours', null]]));
    await log.appendNow('ours', message('ours'));
    expect((await reader.changedSince(snapshot, new Map([['ours', null]]))).heads.get('ours')).toBe(1);
    await database.transaction((tx) => {
      for (let other = 0; other < 500; other += 1) log.append(tx, `other_${other}`, message('theirs'));
      return Promise.resolve();
    });
    const ours = new Map(['never_written', 'ours'].map((name) => [name, null]));
    expect([...(await reader.changedSince(snapshot, ours)).heads]).toEqual([
      ['never_written', 0],
      ['ours', 1],
    ]);
  });

  it('has no gap and publishes nothing if the transaction is rolled back', async () => {
    told.length = 0;
    const failing = database.transaction((tx) => {
      log.append(tx, 'c', message('never'));
      return Promise.reject(new Error('no'));
    });
    await expect(failing).rejects.toThrow('no');
    await log.appendNow('c', message('first'));
    expect(await texts('c')).toEqual([[1, 'first']]);
    expect(told).toEqual([{ group: 'c', stream: 'c', position: 1, text: 'first' }]);
  });

  it('reads pages of several streams at once, each within its bounds', async () => {
    for (let i = 1; i <= 5; i += 1) await log.appendNow('d', message(`d${String(i)}`));
    const pages = await Promise.all([
      reader.read('d', 1, 4, 2),
      reader.read('none', 0, 9, 9),
      reader.read('d', 3, 9, 9),
    ]);
    expect(pages.map((page) => page.map(({ position }) => position))).toEqual([[2, 3], [], [4, 5]]);
    expect(await Promise.all([reader.extent('d'), reader.extent('none')])).toEqual([
      { head: 5, trimmed: 0 },
      { head: 0, trimmed: 0 },
    ]);
  });

  it('deletes old entries, and reports up to which position', async () => {
    for (let i = 1; i <= 4; i += 1) await log.appendNow('e', message(`e${String(i)}`));
    await database.db.execute(
      sql`update stream_entries set created_at = now() - interval '31 days' where stream = 'e' and position <= 3`,
    );
    const settings = loadSettings({ NODE_ENV: 'test', DATABASE_URL: 'pglite://memory' });
    const trimmer = new Trimmer(settings, new OldEntries(database));
    expect(await trimmer.trim()).toBe(3);
    expect(await texts('e')).toEqual([[4, 'e4']]);
    expect(await reader.extent('e')).toEqual({ head: 4, trimmed: 3 });
    expect(await trimmer.trim()).toBe(0);
  });
});
