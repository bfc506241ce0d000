import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidSettings } from './invalid-settings.js';

const makeSecret = (): string => randomBytes(48).toString('base64url');

/**
 * The key for development. It is stored as `jwt-secret` in the data folder, so tokens survive a restart; without a folder it is new
 * each time.
 */
export function developmentSecret(folder: string | null): string {
  if (folder === null) return makeSecret();
  const file = join(folder, 'jwt-secret');
  try {
    return readSecret(file) ?? createSecret(folder, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new InvalidSettings([
      `JWT_SECRET is not set, and a new one can't be stored in ${file} (${code ?? String(error)}). Make the folder writable, or set JWT_SECRET.`,
    ]);
  }
}

function readSecret(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function createSecret(folder: string, file: string): string {
  mkdirSync(folder, { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, makeSecret(), { mode: 0o600 });
  try {
    // link instead of rename: if several processes start at once, the first one creates the key and the others read it.
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
  return readFileSync(file, 'utf8').trim();
}
