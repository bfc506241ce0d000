/** Fails when a table changed and no migration says so: lets drizzle-kit generate one into a copy and looks whether it did. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const copy = mkdtempSync(join(tmpdir(), 'tidings-migrations-'));
const sql = (folder) => readdirSync(folder).filter((name) => name.endsWith('.sql'));

try {
  cpSync('migrations', copy, { recursive: true });
  // drizzle-kit takes paths relative to where it runs.
  const words = ['--dialect', 'postgresql', '--schema', './src/**/*.table.ts', '--out', relative('.', copy)];
  const run = spawnSync('npx', ['drizzle-kit', 'generate', '--name', 'missing', ...words], { encoding: 'utf8' });
  const missing = sql(copy).filter((name) => !sql('migrations').includes(name));
  if (run.status !== 0) console.error(run.stdout, run.stderr);
  for (const name of missing) {
    console.error('The tables have changed. Run `npm run migration -- --name what_changed`; it will hold:');
    console.error(readFileSync(join(copy, name), 'utf8'));
  }
  process.exitCode = run.status !== 0 || missing.length > 0 ? 1 : 0;
} finally {
  rmSync(copy, { recursive: true, force: true });
}
