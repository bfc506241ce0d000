import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { MIGRATIONS_FOLDER } from '../../../src/database/backend/migrations-folder.js';
import { createEmptyDatabase } from '../../support/servers/test-databases.js';

const FILES = readdirSync(MIGRATIONS_FOLDER)
  .filter((name) => name.endsWith('.sql'))
  .sort();
const INBOXES = FILES.findIndex((name) => name.endsWith('_inboxes.sql'));

/** The count row by row, as in the previous release. */
const NAIVE_COUNT = `
  SELECT users.id, (SELECT count(*) FROM notifications WHERE user_id = users.id AND read_at IS NULL AND hidden_at IS NULL)::int
    + (SELECT count(*) FROM notifications WHERE user_id IS NULL AND broadcast_number > greatest(broadcasts_before, read_to)
       AND NOT EXISTS (SELECT FROM broadcast_marks WHERE user_id = users.id AND notification_id = notifications.id))::int AS unread
  FROM users LEFT JOIN broadcast_watermarks watermark ON watermark.user_id = users.id ORDER BY id`;
const COUNT = `
  SELECT users.id, (coalesce(unread, 0) - coalesce(broadcasts_seen, 0) + total - greatest(broadcasts_before, watermark.read_to))::int
    AS unread
  FROM users CROSS JOIN broadcast_total LEFT JOIN inboxes ON inboxes.user_id = users.id
  LEFT JOIN broadcast_watermarks watermark ON watermark.user_id = users.id ORDER BY id`;

describe('the migration to counters of unread notifications', () => {
  let client: pg.Client;

  beforeEach(async () => {
    client = new pg.Client({ connectionString: await createEmptyDatabase() });
    await client.connect();
    await migrate(FILES.slice(0, INBOXES));
    // Users who registered before some of the broadcasts, read all up to one of them, and marked some of them and some
    // own notifications.
    await client.query(`
      INSERT INTO notifications (id, notification_type, title, message, data)
        SELECT gen_random_uuid(), 'general', 't', 'm', '{}' FROM generate_series(1, 120) n;
      INSERT INTO users (id, broadcasts_before) SELECT n::text, n % 50 FROM generate_series(1, 100) n;
      INSERT INTO broadcast_watermarks (user_id, read_to, read_at) SELECT id, 60, now() FROM users WHERE id::int % 3 = 0;
      INSERT INTO broadcast_marks (user_id, notification_id, read_at, hidden_at)
        SELECT users.id, notifications.id, now(), CASE WHEN broadcast_number % 4 = 0 THEN now() END
        FROM users JOIN notifications ON user_id IS NULL AND users.id::int % 7 > 0
        WHERE abs(hashtext(users.id || notifications.id)) % 3 > 0;
      INSERT INTO notifications (id, user_id, notification_type, title, message, data, read_at, hidden_at)
        SELECT gen_random_uuid(), users.id, 'general', 't', 'm', '{}', CASE WHEN n % 3 = 0 THEN now() END, CASE WHEN n % 5 = 0 THEN now() END
        FROM users CROSS JOIN generate_series(1, 17) n WHERE n <= users.id::int % 20`);
  });
  afterEach(() => client.end());

  async function migrate(files: readonly string[]): Promise<void> {
    for (const name of files) await client.query(readFileSync(join(MIGRATIONS_FOLDER, name), 'utf8'));
  }

  async function rows<T>(text: string): Promise<T[]> {
    return (await client.query(text)).rows as T[];
  }

  it('keeps the counts of an installation', async () => {
    const before = await rows<{ unread: number }>(NAIVE_COUNT);
    await migrate(FILES.slice(INBOXES));
    expect(await rows(COUNT)).toEqual(before);
    expect(new Set(before.map(({ unread }) => unread)).size).toBeGreaterThan(10);
  });

  it('converts the marks to ranges that neither touch nor overlap', async () => {
    await migrate(FILES.slice(INBOXES));
    const expanded = `SELECT user_id, number::int FROM broadcast_ranges CROSS JOIN generate_series(first_number, last_number) number`;
    const marked = `SELECT user_id, broadcast_number::int AS number FROM broadcast_marks`;
    for (const [hidden, where] of [
      ['false', 'true'],
      ['true', 'hidden_at IS NOT NULL'],
    ] as const) {
      expect(await rows(`${expanded} WHERE hidden = ${hidden} ORDER BY 1, 2`)).toEqual(
        await rows(`${marked} WHERE ${where} ORDER BY 1, 2`),
      );
    }
    const touching = `SELECT FROM broadcast_ranges one JOIN broadcast_ranges other USING (user_id, hidden)
      WHERE other.first_number > one.first_number AND other.first_number <= one.last_number + 1`;
    expect(await rows(touching)).toEqual([]);
    expect((await rows('SELECT FROM broadcast_ranges')).length).toBeGreaterThan(100);
  });

  it('counts what the previous release sends, reads and deletes while both run', async () => {
    await migrate(FILES.slice(INBOXES));
    await client.query(`
      UPDATE notifications SET read_at = now() WHERE user_id IS NOT NULL AND read_at IS NULL AND hidden_at IS NULL AND id::text < '4';
      UPDATE notifications SET hidden_at = now() WHERE user_id IS NOT NULL AND hidden_at IS NULL AND id::text > 'c';
      INSERT INTO broadcast_marks (user_id, notification_id, read_at)
        SELECT '7', id, now() FROM notifications WHERE user_id IS NULL AND id::text < '8';
      INSERT INTO broadcast_watermarks (user_id, read_to, read_at) SELECT '8', 120, now()
        ON CONFLICT (user_id) DO UPDATE SET read_to = 120;
      INSERT INTO broadcast_watermarks (user_id, read_to, read_at) SELECT '9', 120, now()
        ON CONFLICT (user_id) DO UPDATE SET read_to = 120`);
    expect(await rows(COUNT)).toEqual(await rows(NAIVE_COUNT));
    await client.query(`INSERT INTO notifications (id, user_id, notification_type, title, message, data)
      VALUES (gen_random_uuid(), '1', 'general', 't', 'm', '{}')`);
    expect(
      await rows(`SELECT settled, count(*)::int FROM notifications GROUP BY settled ORDER BY settled`),
    ).toMatchObject([{ settled: false, count: 1 }, { settled: true }]);
  });
});
