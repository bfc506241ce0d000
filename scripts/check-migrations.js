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
  // A renamed column makes it ask, and then neither fail nor write: only its own word for "nothing" counts.
  if (!run.stdout.includes('No schema changes')) {
    console.error('The tables have changed. Run `npm run migration -- --name what_changed`; it would hold:');
    const missing = sql(copy).filter((name) => !sql('migrations').includes(name));
    console.error(missing.map((name) => readFileSync(join(copy, name), 'utf8')).join('\n') || run.stdout + run.stderr);
    process.exitCode = 1;
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
