import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * A text, not a file: the same in `src` under jest and in `dist`. It ends when our end of its pipe closes. Errors of Emscripten's file
 * system have a number only (51 is ENOSPC).
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
 * Makes the PGlite folder where there is none. In a process of its own, since initdb takes half a gigabyte that neither PGlite
 * nor a worker thread gives back; under another name first, since one killed half-way must not leave what looks like a database.
 * Throws with the reason as message.
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
