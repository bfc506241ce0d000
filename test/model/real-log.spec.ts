import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import type { Message } from '../../src/channel-layer/interface/message.js';
import { Database } from '../../src/database/database.js';
import type { Bus } from '../../src/streams/bus/bus.js';
import { StreamLog } from '../../src/streams/stream-log.js';
import { StreamReader } from '../../src/streams/follow/stream-reader.js';
import { createPgliteDatabase } from '../support/servers/pglite-databases.js';
import { histories, play } from './history.js';
import { expectComplete, expectSoFar } from './promise.js';
import { Questions } from './questions.js';
import { World } from './world.js';

const RUNS = 15;

/** The same histories on the real tables. There are fewer, and the database determines when it answers. */
describe('every client receives every message once and in order, with the log in a database', () => {
  let database: Database;
  let position = 0;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    database = await Database.open(await createPgliteDatabase());
  });

  afterAll(() => database.close());

  it(`in ${RUNS} random histories`, async () => {
    const note = (_group: string, _stream: string, appended: number): Promise<void> => {
      position = appended;
      return Promise.resolve();
    };
    const log = new StreamLog(database, { publish: note } as unknown as Bus);
    const append = async (stream: string, message: Message): Promise<number> => {
      await log.appendNow(stream, message);
      return position;
    };
    const check = fc.asyncProperty(histories, async (history) => {
      await database.db.execute(sql`truncate streams, stream_entries`);
      const world = new World({ reader: new StreamReader(database), append, answerAll: () => undefined });
      for (const step of history) {
        await play(world, new Questions(), step, () => undefined);
        expectSoFar(world);
      }
      await world.heal(() => undefined);
      expectComplete(world);
      for (const node of world.nodes) await node.die();
    });
    const { failed, counterexample, errorInstance } = await fc.check(check, { numRuns: RUNS, endOnFailure: true });
    expect({ failed, counterexample, errorInstance }).toMatchObject({ failed: false });
  }, 300_000);
});
