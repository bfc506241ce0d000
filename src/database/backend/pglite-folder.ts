import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * The script of a child process. A string works in `src` under jest and in `dist`; a file would not. The child exits when this
 * process closes its stdin. Errors of Emscripten's file system have only a number (51 is ENOSPC).
 */
const CREATE = `
  const [, pglite, dataDir] = process.argv;
  process.stdin.resume().on('close', () => process.exit(1));
  const fail = ({ errno, code, message }) => {
    process.stderr.write(errno === 51 ? 'no space left on the disk (ENOSPC)' : message || code || 'error ' + errno);
    process.exit(1);
  };
  require(pglite).PGlite.create({ dataDir }).then((client) => client.close()).then(() => process.exit(0)).catch(fail);
`;

/**
 * Creates the PGlite folder if it does not exist. Runs in a child process, because initdb takes half a gigabyte that neither PGlite
 * nor a worker thread releases. Writes to a temporary folder first, so that an interrupted run does not leave a folder that looks
 * like a database. Throws an error with the reason as its message.
 */
export async function createPgliteFolder(folder: string): Promise<void> {
  if (existsSync(join(folder, 'PG_VERSION'))) return;
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true });
  const pglite = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  try {
    await promisify(execFile)(process.execPath, ['--input-type=commonjs', '--eval', CREATE, pglite, draft]);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    const { stderr = '' } = error as { stderr?: string };
    const [reason] = /[^\n]+$/.exec(stderr.trim()) ?? ['it could not be created'];
    throw new Error(reason, { cause: error });
  }
  await rm(folder, { recursive: true, force: true });
  await rename(draft, folder);
}
