import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readEnvironment } from './environment.js';
import { InvalidSettings } from './values/invalid-settings.js';

describe('readEnvironment', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-config-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('prefers the environment to .env', () => {
    writeFileSync(join(folder, '.env'), 'PATH=from-file\nTIDINGS_SPEC_ONLY=from-file\n');
    const environment = readEnvironment(join(folder, '.env'));
    expect(environment.PATH).toBe(process.env.PATH);
    expect(environment.TIDINGS_SPEC_ONLY).toBe('from-file');
  });

  it('works without .env, but fails if .env cannot be read', () => {
    expect(readEnvironment(join(folder, 'none')).PATH).toBe(process.env.PATH);
    expect(() => readEnvironment(folder)).toThrow(InvalidSettings);
  });
});
