import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { MIGRATIONS_FOLDER } from '../../../src/database/backend/migrations-folder.js';
import { createEmptyDatabase } from '../../support/servers/test-databases.js';

const FILES = readdirSync(MIGRATIONS_FOLDER)
  .filter((name) => name.endsWith('.sql'))
  .sort();
const WATERMARKS = FILES.findIndex((name) => name.endsWith('_broadcast_watermarks.sql'));

/** The count of the previous release: broadcasts since the registration without a mark. */
const FORMER_COUNT = `
  SELECT users.id, (SELECT count(*) FROM notifications WHERE user_id IS NULL AND created_at >= users.created_at AND NOT EXISTS
    (SELECT FROM broadcast_marks WHERE user_id = users.id AND notification_id = notifications.id))::int AS unread
  FROM users ORDER BY id`;
const COUNT = `
  SELECT users.id, (total - broadcasts_before - (SELECT count(*) FROM broadcast_marks
    WHERE user_id = users.id AND broadcast_number > users.broadcasts_before))::int AS unread
  FROM users CROSS JOIN broadcast_total ORDER BY id`;

describe('the migration to numbered broadcasts', () => {
  it('keeps the counts of an installation exactly', async () => {
    const client = new pg.Client({ connectionString: await createEmptyDatabase() });
    await client.connect();
    const migrate = async (files: readonly string[]): Promise<void> => {
      for (const name of files) await client.query(readFileSync(join(MIGRATIONS_FOLDER, name), 'utf8'));
    };
    try {
      await migrate(FILES.slice(0, WATERMARKS));
      // Registrations and broadcasts at the same times too, and ids in a different order than the times.
      await client.query(`
        INSERT INTO users (id, created_at)
          SELECT n::text, '2026-01-01'::timestamptz + (n % 40) * interval '1 minute' FROM generate_series(1, 200) n;
        INSERT INTO notifications (id, notification_type, title, message, data, created_at)
          SELECT gen_random_uuid(), 'general', 't', 'm', '{}', '2026-01-01'::timestamptz + (n % 45) * interval '1 minute'
          FROM generate_series(1, 300) n;
        INSERT INTO broadcast_marks (user_id, notification_id, read_at)
          SELECT users.id, notifications.id, now() FROM users JOIN notifications ON user_id IS NULL
          WHERE hashtext(users.id || notifications.id) % 3 = 0`);
      const { rows: before } = await client.query(FORMER_COUNT);
      await migrate([FILES[WATERMARKS] as string]);
      const { rows: after } = await client.query(COUNT);
      expect(after).toEqual(before);
      expect(new Set(after.map(({ unread }: { unread: number }) => unread)).size).toBeGreaterThan(10);
    } finally {
      await client.end();
    }
  });
});
