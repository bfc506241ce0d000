import { availableParallelism } from 'node:os';

const STACKS = ['embedded', 'servers', 'two-nodes'];

/** Suites that start servers of their own or look at files: once is enough. All else in test/ runs on every stack. */
export const ONCE = ['channel-layer', 'deploy', 'django', 'infrastructure', 'model', 'support'];

const base = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/global-setup.js',
  globalTeardown: '<rootDir>/test/support/global-teardown.js',
  setupFilesAfterEnv: ['<rootDir>/test/support/jest-setup.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  // Not `x.json.js`, which libphonenumber-js has, beside an `x.json`.
  moduleNameMapper: { '^(\\.{1,2}/.*(?<!\\.json))\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        sourceMaps: 'inline',
        module: { type: 'es6' },
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          keepClassNames: true,
        },
      },
    ],
  },
};

const stack = (name) => ({
  ...base,
  displayName: name,
  globals: { tidingsStack: name },
  testMatch: ['<rootDir>/test/**/*.spec.ts'],
  testPathIgnorePatterns: ONCE.map((folder) => `<rootDir>/test/${folder}/`),
});

/** @type {import('jest').Config} */
export default {
  // Jest's own default leaves one core idle, which on two cores means no parallelism at all.
  maxWorkers: Math.min(availableParallelism(), 8),
  workerIdleMemoryLimit: '1GB',
  testTimeout: 60_000,
  projects: [
    { ...base, displayName: 'unit', testMatch: ['<rootDir>/src/**/*.spec.ts'] },
    {
      ...base,
      displayName: 'infrastructure',
      testMatch: ONCE.map((folder) => `<rootDir>/test/${folder}/**/*.spec.ts`),
    },
    ...STACKS.map(stack),
  ],
};
