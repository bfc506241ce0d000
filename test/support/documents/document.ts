import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');

/** A fenced block of a document, marked with `<!-- WORD: LABEL -->` above it. */
export interface MarkedBlock {
  readonly label: string;
  readonly text: string;
  /** The line in the document, for messages. */
  readonly line: number;
}

/** The blocks marked with this word, in order. `path`: the path of the document in the repository. */
export function markedBlocks(path: string, word: string): MarkedBlock[] {
  const document = readFileSync(join(ROOT, path), 'utf8');
  const marked = new RegExp(`<!-- ${word}: (.+) -->\\s*\\n *\`\`\`\\w+\\n([\\s\\S]*?\\n) *\`\`\``, 'g');
  return [...document.matchAll(marked)].map((match) => ({
    label: match[1] ?? '',
    text: match[2] ?? '',
    line: document.slice(0, match.index).split('\n').length,
  }));
}
