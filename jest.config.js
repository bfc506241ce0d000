import { availableParallelism } from 'node:os';
import { specsByProject } from './test/plan.js';

/** `quick`: the specs of `npm test`. `rest`: the specs that `npm test` leaves out. Otherwise all specs on all their stacks. */
const part = process.env.TIDINGS_TESTS ?? 'all';

const base = {
  rootDir: import.meta.dirname,
  testEnvironment: '<rootDir>/test/support/jest/environment.js',
  testRunner: '<rootDir>/test/support/jest/runner.js',
  injectGlobals: false,
  globalSetup: '<rootDir>/test/support/global-setup.js',
  globalTeardown: '<rootDir>/test/support/global-teardown.js',
  setupFilesAfterEnv: ['<rootDir>/test/support/jest-setup.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
};

const project = ([displayName, paths]) => ({
  ...base,
  displayName,
  globals: { tidingsStack: displayName },
  testMatch: paths.map((path) => `<rootDir>/${path}`),
});

/** @type {import('jest').Config} */
export default {
  // Jest's default leaves one core idle. With two cores, that would mean no parallelism.
  maxWorkers: Math.min(availableParallelism(), 8),
  workerIdleMemoryLimit: '1GB',
  testTimeout: 60_000,
  // On a busy machine, a worker takes longer to end than jest's default of half a second.
  workerGracefulExitTimeout: 10_000,
  reporters: ['default', ...(process.env.TIDINGS_SLOWEST === '1' ? ['./test/support/jest/slowest-reporter.js'] : [])],
  projects: [...specsByProject(part)].map(project),
};
