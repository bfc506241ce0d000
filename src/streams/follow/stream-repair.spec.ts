import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import pg from 'pg';
import { createTestDatabase } from '../../../test/support/servers/test-databases.js';
import { Database } from '../../database/database.js';
import type { Bus } from '../bus/bus.js';
import { StreamLog } from '../stream-log.js';
import { StreamReader } from './stream-reader.js';

const RAISE = `INSERT INTO streams (name, head, updated_at) VALUES ($1, 1, clock_timestamp())
  ON CONFLICT (name) DO UPDATE SET head = streams.head + 1, updated_at = clock_timestamp()`;
const STREAMS = ['a', 'b', 'c', 'd'];
const WRITERS = 4;

interface Step {
  readonly writer: number;
  readonly act: 'append' | 'commit' | 'rollback' | 'look';
  readonly stream: number;
}

/** Each writer appends to its own streams, so that writers do not wait for each other. */
const steps = fc.array(
  fc.record<Step>({
    writer: fc.nat(WRITERS - 1),
    act: fc.constantFrom('append', 'append', 'commit', 'rollback', 'look', 'look'),
    stream: fc.nat(STREAMS.length - 1),
  }),
  { minLength: 5, maxLength: 40 },
);

describe('the check for moved heads on PostgreSQL', () => {
  let database: Database;
  let reader: StreamReader;
  let log: StreamLog;
  const writers: pg.Client[] = [];
  const ours = new Map<string, null>();

  beforeAll(async () => {
    const url = await createTestDatabase();
    database = await Database.open(url);
    reader = new StreamReader(database);
    log = new StreamLog(database, { publish: () => Promise.resolve() } as unknown as Bus);
    for (let i = 0; i < WRITERS; i += 1) {
      const writer = new pg.Client({ connectionString: url });
      await writer.connect();
      writers.push(writer);
      for (const stream of STREAMS) ours.set(`${stream}${i}`, null);
    }
  });

  afterAll(async () => {
    await Promise.all(writers.map((writer) => writer.end()));
    await database.close();
  });

  it('finds a commit that stalls, whatever its clock and however many checks it takes', async () => {
    const [stalled] = writers as [pg.Client];
    await stalled.query('begin');
    await stalled.query(RAISE, ['a0']);
    await stalled.query(`UPDATE streams SET updated_at = now() - interval '1 day' WHERE name = 'a0'`);
    let { snapshot } = await reader.changedSince(null, ours);
    for (let look = 0; look < 5; look += 1) {
      await log.appendNow('b0', { type: 'note' });
      const found = await reader.changedSince(snapshot, ours);
      expect([...found.heads]).toEqual([['b0', look + 1]]);
      ({ snapshot } = found);
    }
    await stalled.query('commit');
    const found = await reader.changedSince(snapshot, ours);
    expect([...found.heads]).toEqual([['a0', 1]]);
    expect((await reader.changedSince(found.snapshot, ours)).heads.size).toBe(0);
  });

  it('checks all streams if transaction ids have gone back', async () => {
    await log.appendNow('c0', { type: 'note' });
    const { heads } = await reader.changedSince('900000000:900000000:', ours);
    expect(heads.size).toBe(ours.size);
    expect(heads.get('c0')).toBe(1);
  });

  it('has found every committed head after the last check, in any interleaving', async () => {
    const check = fc.asyncProperty(steps, async (history) => {
      await database.db.execute(sql`truncate streams`);
      const seen = new Map<string, number>();
      const open = new Set<number>();
      let snapshot: string | null = (await reader.changedSince(null, ours)).snapshot;
      const look = async (): Promise<void> => {
        const found = await reader.changedSince(snapshot, ours);
        ({ snapshot } = found);
        for (const [name, head] of found.heads) seen.set(name, head);
      };
      for (const { writer, act, stream } of history) {
        const client = writers[writer] as pg.Client;
        if (act === 'look') await look();
        if (act === 'append') {
          if (!open.has(writer)) await client.query('begin');
          open.add(writer);
          await client.query(RAISE, [`${STREAMS[stream] ?? ''}${writer}`]);
        }
        if (act === 'commit' || act === 'rollback') {
          await client.query(act);
          open.delete(writer);
        }
      }
      for (const writer of open) await writers[writer]?.query('commit');
      await look();
      const { rows } = (await database.db.execute(sql`select name, head::int from streams order by name`)) as {
        rows: { name: string; head: number }[];
      };
      expect([...seen].sort()).toEqual(rows.map(({ name, head }) => [name, head]));
    });
    await fc.assert(check, { numRuns: 50 });
  });
});
