import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { createPgliteDatabase } from '../../../test/support/servers/pglite-databases.js';
import { Database } from '../../database/database.js';
import { execute } from '../../database/execute.js';
import { PageReader } from './page-reader.js';

describe('pages of the log', () => {
  let database: Database;
  let pages: PageReader;
  let queries: number;

  beforeAll(async () => {
    database = await Database.open(await createPgliteDatabase());
    await execute(
      database.db,
      sql`INSERT INTO stream_entries (stream, position, type, payload)
          SELECT 'stream_' || stream, position, 'note', json_build_object('type', 'note', 'n', position)::jsonb
          FROM generate_series(1, 100) AS stream, generate_series(1, 100) AS position`,
    );
  });
  afterAll(() => database.close());

  beforeEach(() => {
    queries = 0;
    const counting = {
      get db() {
        queries += 1;
        return database.db;
      },
    };
    pages = new PageReader(counting as Database);
  });

  const read = async (stream: number, after: number, until: number, size = 100): Promise<number[]> => {
    const entries = await pages.read({ stream: `stream_${stream}`, after, until, size });
    return entries.map(({ position }) => position);
  };

  it('share one query if they are requested together', async () => {
    expect(await Promise.all([read(1, 0, 3), read(2, 97, 1_000), read(3, 10, 100, 2), read(101, 0, 5)])).toEqual([
      [1, 2, 3],
      [98, 99, 100],
      [11, 12],
      [],
    ]);
    expect(queries).toBe(1);
  });

  it('are part of the next query if they are requested during one', async () => {
    const first = read(1, 0, 1);
    await new Promise((resolve) => setImmediate(resolve));
    const others = [read(2, 0, 1), read(3, 0, 1)];

    expect(await Promise.all([first, ...others])).toEqual([[1], [1], [1]]);
    expect(queries).toBe(2);
  });

  it('are read once, however many readers request them', async () => {
    const [one, two] = [pages.read(PAGE), pages.read(PAGE)];
    expect(await one).toBe(await two);
    expect(await pages.read(PAGE)).not.toBe(await one);
  });

  it('are in memory only in a limited number', async () => {
    const asked = Array.from({ length: 100 }, (_, n) => read(n + 1, 0, 100));
    for (const positions of await Promise.all(asked)) expect(positions).toHaveLength(100);
    expect(queries).toBe(2);
  });

  it('that cannot be read fail for their readers, and the next pages are read again', async () => {
    await expect(pages.read({ ...PAGE, size: 0.5 })).rejects.toThrow();
    expect(await read(1, 0, 1)).toEqual([1]);
  });
});

const PAGE = { stream: 'stream_7', after: 0, until: 10, size: 5 };
