import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes generated files. The keys are paths relative to the root of the project. With `--check` on the command line, writes
 * nothing but names the files that differ, and the process ends with exit code 1.
 */
export function settle(files: Readonly<Record<string, string>>): void {
  const stale = Object.entries(files).filter(([path, text]) => current(path) !== text);
  if (process.argv.includes('--check')) {
    if (stale.length === 0) return;
    const names = stale.map(([path]) => path).join(', ');
    console.error(`Not up to date: ${names}. Run \`npm run generate\` and commit the result.`);
    process.exitCode = 1;
    return;
  }
  for (const [path, text] of stale) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    console.log(`${path} written`);
  }
}

/** Replaces the text between `<!-- NAME: begin -->` and `<!-- NAME: end -->`. Throws if the document has no such marks. */
export function replaceMarked(document: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`there is no ${begin} ... ${end}`);
  return `${document.slice(0, from + begin.length)}\n${text}\n${document.slice(to)}`;
}

function current(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
