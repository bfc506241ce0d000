import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Campaign } from '../fuzz/campaign.js';
import { FuzzService } from '../fuzz/fuzz-service.js';
import { startPostgres } from '../support/servers/postgres-server.js';
import type { PostgresServer } from '../support/servers/postgres-server.js';

const REQUESTS_AND_FRAMES = 3_000;
const MINUTES = 5 * 60_000;
const randomSeed = Date.now() % 1_000_000_000;

let postgres: PostgresServer;
let service: FuzzService;
let campaign: Campaign;
beforeAll(async () => {
  postgres = await startPostgres();
  service = await FuzzService.start({ databaseUrl: await postgres.createDatabase() });
  campaign = await Campaign.against(service);
}, MINUTES);
afterAll(async () => {
  await service.stop();
  await postgres.stop();
});

/** A failure prints its seed and smallest request; `npm run test:fuzz -- --seed N` repeats it. */
it.each([7, randomSeed])(
  'generated requests and frames cause no server error (seed %i)',
  async (seed) => {
    const lines: string[] = [];
    const outcome = await campaign.run({ count: REQUESTS_AND_FRAMES, seed, tell: (line) => lines.push(line) });
    const errors = outcome.failures.filter(({ severity }) => severity === 'server').map(({ signature }) => signature);
    expect({ errors, crash: outcome.crash, lines: errors.length > 0 ? lines : [] }).toEqual({
      errors: [],
      crash: null,
      lines: [],
    });
    expect(outcome.sent).toBeGreaterThanOrEqual(REQUESTS_AND_FRAMES);
  },
  MINUTES,
);
