import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { Database } from '../../../src/database/database.js';
import { compileSources } from '../../support/servers/compiled-sources.js';
import type { CompiledSources } from '../../support/servers/compiled-sources.js';

/** Writes one row after the other and prints each number after its commit. */
const WRITER = `
  import { sql } from 'drizzle-orm';
  import { Database } from './dist/database/database.js';
  try {
    const database = await Database.open(process.argv[2]);
    await database.db.execute(sql\`create table if not exists lines (line int primary key, filler text)\`);
    for (let line = 1; ; line++) {
      await database.transaction((tx) => tx.db.execute(sql\`insert into lines values (\${line}, repeat('x', 2000))\`));
      console.log(line);
    }
  } catch (error) {
    console.log(error.message);
  }
`;

describe('PGlite in a folder', () => {
  let compiled: CompiledSources;
  let url: string;

  beforeAll(() => {
    compiled = compileSources();
    url = `pglite://${join(compiled.folder, 'data')}`;
    writeFileSync(join(compiled.folder, 'writer.mjs'), WRITER);
    // The files that a process leaves when it is killed during its first start.
    mkdirSync(join(compiled.folder, 'data/postgres.new'), { recursive: true });
    writeFileSync(join(compiled.folder, 'data/postgres.new/PG_VERSION'), '18');
  }, 60_000);
  afterAll(() => compiled.remove());

  function startWriter(): { child: ChildProcess; lines: AsyncIterator<string> } {
    const child = spawn(process.execPath, [join(compiled.folder, 'writer.mjs'), url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
  }

  it('keeps committed data after kill -9, and rejects other processes while it runs', async () => {
    const { child, lines } = startWriter();
    let last = 0;
    while (last < 500) last = Number((await lines.next()).value);
    await expect(Database.open(url)).rejects.toThrow(`is in use by process ${String(child.pid)}`);
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    for (let next = await lines.next(); next.done !== true; next = await lines.next()) last = Number(next.value);
    await exited;

    const database = await Database.open(url);
    try {
      const [row] = await database.db.select({ lines: sql<number>`count(*)::int` }).from(sql`lines`);
      // The row whose commit was in progress may be present too.
      expect([last, last + 1]).toContain(row?.lines);
    } finally {
      await database.close();
    }
  }, 60_000);

  it('tells a second process which process uses the folder', async () => {
    const database = await Database.open(url);
    try {
      const { child, lines } = startWriter();
      const exited = once(child, 'exit');
      expect((await lines.next()).value).toContain(`is in use by process ${process.pid}`);
      await exited;
    } finally {
      await database.close();
    }
  }, 60_000);
});
