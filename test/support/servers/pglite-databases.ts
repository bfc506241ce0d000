import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { sharedPgliteFolder } from './shared-servers.js';
import { runFolder } from '../test-run.js';

/** A migrated PGlite of one's own; gives its address. A copy of one that exists: to create one takes seconds. */
export async function createPgliteDatabase(): Promise<string> {
  const [template, folder] = await Promise.all([sharedPgliteFolder(), runFolder('pglite')]);
  await promisify(execFile)('cp', ['-R', `${template}/.`, folder]);
  return `pglite://${folder}`;
}
