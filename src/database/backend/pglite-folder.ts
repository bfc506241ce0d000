import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A text, not a file: the same in `src` under jest and in `dist`. Its end of our pipe closes when we die, and so does it. */
const CREATE = `
  const [, pglite, dataDir] = process.argv;
  process.stdin.resume().on('close', () => process.exit(1));
  require(pglite).PGlite.create({ dataDir }).then((client) => client.close()).then(() => process.exit(0));
`;

/**
 * Makes the PGlite folder where there is none. In a process of its own, since initdb takes half a gigabyte that neither PGlite
 * nor a worker thread gives back; under another name first, since one killed half-way must not leave what looks like a database.
 */
export async function createPgliteFolder(folder: string): Promise<void> {
  if (existsSync(join(folder, 'PG_VERSION'))) return;
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true });
  const pglite = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  await promisify(execFile)(process.execPath, ['--input-type=commonjs', '--eval', CREATE, pglite, draft]);
  await rm(folder, { recursive: true, force: true });
  await rename(draft, folder);
}
