/** Fails if a Markdown file links to a missing file or heading, or names a missing file of the project. */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const IGNORED = new Set(['node_modules', 'dist', 'data', 'coverage', '.git']);

/** Created on the machine that runs the service. */
const MADE = 'deploy/certificates';

interface Link {
  readonly line: number;
  readonly target: string;
}

function markdownFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return IGNORED.has(entry.name) ? [] : markdownFiles(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

/** The text without the contents of code blocks. Line numbers do not change. */
function prose(path: string): string {
  const text = readFileSync(path, 'utf8');
  return text.replaceAll(/^(`{3,})[^\n]*\n[\s\S]*?^\1$/gm, (block) => block.replaceAll(/[^\n]/g, ''));
}

function linksOf(path: string): Link[] {
  const text = prose(path).replaceAll(/`[^`\n]*`/g, (code) => ' '.repeat(code.length));
  const inline = [...text.matchAll(/\]\(([^)\s]+)\)/g), ...text.matchAll(/<(?:img|a)[^>]* (?:src|href)="([^"]+)"/g)];
  return inline.map((match) => ({
    line: text.slice(0, match.index).split('\n').length,
    target: match[1] ?? '',
  }));
}

/** Files named in the text, such as `src/main.ts`. */
function filesNamedIn(path: string): Link[] {
  const text = prose(path);
  const named = /`((?:src|test|docs|deploy|web|migrations|bench|scripts)\/[\w./-]+)`/g;
  return [...text.matchAll(named)].map((match) => ({
    line: text.slice(0, match.index).split('\n').length,
    target: match[1] ?? '',
  }));
}

/** The anchors that GitHub creates for the headings of a file, and those written as `<a id="...">`. */
function anchorsOf(path: string): Set<string> {
  const text = prose(path);
  const anchors = new Set([...text.matchAll(/<a id="([^"]+)">/g)].map((match) => match[1] ?? ''));
  const seen = new Map<string, number>();
  for (const [, heading = ''] of text.matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const slug = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    anchors.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return anchors;
}

function problemOf(document: string, target: string): string | null {
  if (/^[a-z][a-z+.-]*:/i.test(target)) return null;
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? document : normalize(join(dirname(document), decodeURIComponent(path)));
  if (!existsSync(file)) return `there is no ${file}`;
  if (anchor === undefined || !file.endsWith('.md') || statSync(file).isDirectory()) return null;
  return anchorsOf(file).has(decodeURIComponent(anchor)) ? null : `${file} has no heading #${anchor}`;
}

const problems = markdownFiles('.').flatMap((document) => [
  ...linksOf(document).flatMap(({ line, target }) => {
    const problem = problemOf(document, target);
    return problem === null ? [] : [`${document}:${line}: ${target}: ${problem}`];
  }),
  ...filesNamedIn(document)
    .filter(({ target }) => !target.startsWith(MADE) && !existsSync(target))
    .map(({ line, target }) => `${document}:${line}: there is no ${target}`),
]);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
