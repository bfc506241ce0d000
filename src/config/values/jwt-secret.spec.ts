import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { loadSettings } from '../load-settings.js';

const MEMORY = { DATABASE_URL: 'pglite://memory' };

describe('the development key', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-config-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is created once and stored, readable by the owner only', () => {
    const environment = { DATABASE_URL: `pglite://${folder}/data` };
    const { jwtSecret } = loadSettings(environment).auth;
    expect(loadSettings(environment).auth.jwtSecret).toBe(jwtSecret);
    expect(readFileSync(join(folder, 'data/jwt-secret'), 'utf8')).toBe(jwtSecret);
    expect(statSync(join(folder, 'data/jwt-secret')).mode & 0o777).toBe(0o600);
  });

  it('is created again for a database in memory', () => {
    expect(loadSettings(MEMORY).auth.jwtSecret).not.toBe(loadSettings(MEMORY).auth.jwtSecret);
  });

  it('is reported as a problem if it cannot be stored', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => loadSettings({ DATABASE_URL: `pglite://${folder}/file` })).toThrow(/^JWT_SECRET is not set.*ENOTDIR/);
  });
});
