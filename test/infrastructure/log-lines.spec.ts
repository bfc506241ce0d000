import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compileSources } from '../support/servers/compiled-sources.js';
import type { CompiledSources } from '../support/servers/compiled-sources.js';
import { createPgliteDatabase } from '../support/servers/pglite-databases.js';

interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly timestamp: number;
}

const PRODUCTION = {
  NODE_ENV: 'production',
  JWT_SECRET: 'x'.repeat(32),
  ALLOWED_HOSTS: 'localhost',
  PORT: '0',
};

describe('the output of a process', () => {
  let compiled: CompiledSources;
  let folder: string;
  let database: string;
  beforeAll(async () => {
    compiled = compileSources();
    database = await createPgliteDatabase();
    folder = mkdtempSync(join(tmpdir(), 'tidings-log-lines-'));
  });
  afterAll(() => {
    compiled.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs main.js until it ends, after running the given code. */
  function run(environment: Record<string, string>, before = ''): { code: number | null; lines: string[] } {
    const args = [
      '--import',
      `data:text/javascript,${encodeURIComponent(before)}`,
      join(compiled.folder, 'dist/main.js'),
    ];
    const env = { PATH: process.env.PATH ?? '', DATABASE_URL: database, ...environment };
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, cwd: folder, encoding: 'utf8' });
    return { code: status, lines: `${stdout}${stderr}`.split('\n').filter((line) => line !== '') };
  }

  const parsed = (lines: readonly string[]): LogLine[] => lines.map((line) => JSON.parse(line) as LogLine);
  /** Runs the code as soon as the given text is printed. */
  const when = (text: string, code: string): string => `
    const write = process.stdout.write.bind(process.stdout);
    process.stdout.write = (chunk, ...rest) => {
      if (String(chunk).includes(${JSON.stringify(text)})) setImmediate(() => { ${code} });
      return write(chunk, ...rest);
    };`;

  it('is JSON lines in production, from the start to the end', () => {
    const { code, lines } = run(PRODUCTION, when('listening on', 'process.kill(process.pid, "SIGTERM")'));
    expect(code).toBe(0);
    const messages = parsed(lines).map(({ message }) => message);
    expect(messages).toContainEqual(expect.stringMatching(/^listening on http:\/\/127\.0\.0\.1:\d+$/));
    expect(messages).toContain('SIGTERM: draining');
  });

  it('is one JSON line for each invalid setting in production', () => {
    const { code, lines } = run({ ...PRODUCTION, JWT_SECRET: 'short', PORT: 'x' });
    expect(code).toBe(1);
    const logged = parsed(lines);
    expect(logged).toMatchObject([{ level: 'error' }, { level: 'error' }]);
    expect(logged.map(({ message }) => message.split(' ', 1)[0]).sort()).toEqual(['JWT_SECRET', 'PORT']);
  });

  it('is JSON in production for warnings of Node and for uncaught errors', () => {
    const code = 'process.emitWarning("worn out"); setImmediate(() => Promise.reject(new Error("unforeseen")));';
    const ended = run(PRODUCTION, when('listening on', code));
    expect(ended.code).toBe(1);
    const logged = parsed(ended.lines);
    expect(logged).toContainEqual(expect.objectContaining({ level: 'warn', message: 'Warning: worn out' }));
    expect(logged).toContainEqual(expect.objectContaining({ level: 'error', message: 'unforeseen' }));
  });

  it('is one line if the process cannot listen', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const environment = { NODE_ENV: 'test' };
    const inUse = run({ ...environment, PORT: String(port) });
    const unknown = run({ ...environment, PORT: '0', HOST: 'name.invalid' });
    other.close();
    expect(inUse).toEqual({ code: 1, lines: [`PORT: 127.0.0.1:${String(port)} is in use by another process.`] });
    expect(unknown).toEqual({ code: 1, lines: [expect.stringMatching(/^HOST: name\.invalid /)] });
  });

  it('is plain text outside production', () => {
    const environment = { NODE_ENV: 'test', PORT: '0' };
    const { lines } = run(environment, when('listening on', 'process.kill(process.pid, "SIGTERM")'));
    expect(lines).toEqual([expect.stringMatching(/^listening on http:\/\/127\.0\.0\.1:\d+$/)]);
    const { lines: problems } = run({ ...environment, PORT: 'x' });
    expect(problems).toEqual([expect.stringMatching(/^PORT /)]);
  });
});
