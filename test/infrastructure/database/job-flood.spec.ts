import { expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { Database } from '../../../src/database/database.js';
import { Errands, openJobsRoom } from '../../jobs/jobs-room.js';
import { createTestDatabase } from '../../support/servers/test-databases.js';

it('a flood of jobs leaves connections for requests', async () => {
  const room = await openJobsRoom({
    DATABASE_URL: await createTestDatabase(),
    DATABASE_POOL: '2',
    DATABASE_JOB_POOL: '3',
  });
  const database = room.get(Database);
  const errands = room.get(Errands);
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let holding = 0;
  errands.behave = () =>
    database.transaction(async (tx) => {
      await tx.db.execute(sql`select 1`);
      holding += 1;
      await released;
    });
  try {
    const flood = Array.from({ length: 20 }, (_, n) => ({ errand: String(n) }));
    await database.transaction((tx) => errands.jobs.enqueueAll(tx, errands.queue, flood));
    for (let n = 0; n < 4; n += 1) await errands.attempts.take('a job of the flood');
    // Four jobs at a time need a connection, but there are three: on a shared pool, the requests below would wait
    // forever.
    while (holding < 3) await database.ping();
    const requests = Array.from({ length: 10 }, () => database.transaction((tx) => tx.db.execute(sql`select 1`)));
    await expect(Promise.all(requests)).resolves.toHaveLength(10);
    expect(database.pools?.jobs).toEqual({ total: 3, idle: 0, waiting: 1 });
    expect(holding).toBe(3);
  } finally {
    release();
    await room.close();
  }
});
