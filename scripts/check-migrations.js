/** Fails if a table has changed without a migration. Lets drizzle-kit generate migrations in a copy and checks that it adds none. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const copy = mkdtempSync(join(tmpdir(), 'tidings-migrations-'));
const sql = (folder) => readdirSync(folder).filter((name) => name.endsWith('.sql'));

try {
  cpSync('migrations', copy, { recursive: true });
  // drizzle-kit resolves paths relative to the current directory.
  const words = ['--dialect', 'postgresql', '--schema', './src/**/*.table.ts', '--out', relative('.', copy)];
  const run = spawnSync('npx', ['drizzle-kit', 'generate', '--name', 'missing', ...words], { encoding: 'utf8' });
  // For a renamed column, drizzle-kit asks a question, and then neither fails nor writes a file. So only its message
  // "No schema changes" proves that nothing is missing.
  if (!run.stdout.includes('No schema changes')) {
    console.error(
      'The tables have changed without a migration. Run `npm run migration -- --name what_changed`. The migration will contain:',
    );
    const missing = sql(copy).filter((name) => !sql('migrations').includes(name));
    console.error(missing.map((name) => readFileSync(join(copy, name), 'utf8')).join('\n') || run.stdout + run.stderr);
    process.exitCode = 1;
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
