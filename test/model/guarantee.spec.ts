import { afterAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { histories } from './history.js';
import { keepsThePromise, reached, useStandingTime } from './promise.js';

/**
 * `MODEL_SEED` (and `MODEL_PATH`, from the report of a failure) repeats a run. `MODEL_RUNS` sets the number of
 * histories. `MODEL_MINUTES` repeats the run with the next seeds until that time has passed.
 */
const seed = Number(process.env.MODEL_SEED ?? Date.now() % 2 ** 31);
const path = process.env.MODEL_PATH;
const numRuns = Number(process.env.MODEL_RUNS ?? (process.env.TIDINGS_TESTS === 'quick' ? 100 : 1_000));
const limitMs = Number(process.env.MODEL_MINUTES ?? 0) * 60_000;
/** The model stops the fake clock; this one continues. */
const elapsedMs = performance.now.bind(performance);

describe('every client that resumes receives every durable message once and in order', () => {
  beforeEach(() => {
    useStandingTime();
    Logger.overrideLogger(false);
    process.stdout.write(`model: MODEL_SEED=${seed} MODEL_RUNS=${numRuns}\n`);
  });

  afterAll(() => {
    jest.useRealTimers();
  });

  it(
    `in ${numRuns} random histories`,
    async () => {
      const end = elapsedMs() + limitMs;
      for (let round = 0; round === 0 || elapsedMs() < end; round += 1) {
        await fc.assert(fc.asyncProperty(histories, keepsThePromise), {
          seed: seed + round,
          numRuns,
          ...(path !== undefined && { path }),
        });
      }
      process.stdout.write(`model: ${JSON.stringify(reached)}\n`);
      // The histories must reach all situations that they are meant to test. A repeated history may reach fewer.
      expect(path !== undefined || Object.values(reached).every((count) => count > 0)).toBe(true);
    },
    600_000 + limitMs,
  );
});
