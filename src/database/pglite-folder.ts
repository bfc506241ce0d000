import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** A text, not a file: the same in `src` under jest and in `dist`. */
const CREATE = `
  const { workerData } = require('node:worker_threads');
  require(workerData.pglite).PGlite.create({ dataDir: workerData.dataDir }).then((client) => client.close());
`;

/**
 * Makes the PGlite folder where there is none. In a worker, since initdb takes half a gigabyte that PGlite never gives back;
 * under another name first, since a process killed half-way must not leave a folder that looks like a database.
 */
export async function createPgliteFolder(folder: string): Promise<void> {
  if (existsSync(join(folder, 'PG_VERSION'))) return;
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true });
  const pglite = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const worker = new Worker(CREATE, { eval: true, workerData: { pglite, dataDir: draft } });
  // Rejects with what the worker throws.
  await once(worker, 'exit');
  await rm(folder, { recursive: true, force: true });
  await rename(draft, folder);
}
