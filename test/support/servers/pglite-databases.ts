import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { sharedPgliteFolder } from './shared-servers.js';
import { runFolder } from '../test-run.js';

/**
 * Creates a migrated PGlite and returns its address. It is a copy of an existing one, because creating one takes
 * seconds.
 */
export async function createPgliteDatabase(): Promise<string> {
  const [template, folder] = await Promise.all([sharedPgliteFolder(), runFolder('pglite')]);
  await promisify(execFile)('cp', ['-R', `${template}/.`, folder]);
  return `pglite://${folder}`;
}
