import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describeLoad, describeMachine } from './machine.js';
import { markMissedBars } from './missed-bars.js';

const RESULTS = new URL('../RESULTS.md', import.meta.url);
const INTRODUCTION = `# Results

\`npm run bench\` writes this file: one section per benchmark, with the machine, date and command of its last run. README.md describes the benchmarks.
`;

/** A Markdown table as prettier would write it. */
export function table(headings, rows) {
  const cells = [headings, ...rows].map((row) => row.map(String));
  const widths = headings.map((_, column) => Math.max(3, ...cells.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(cells[0]), rule, ...cells.slice(1).map(line)].join('\n');
}

/** Prints a section and writes it to RESULTS.md, where it replaces the section with the same title. */
export function publish(title, command, body) {
  const stamp = `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const facts = `${describeMachine()}; load average at the end ${describeLoad()}; ${stamp}; \`${command}\``;
  const section = `## ${title}\n\n${facts}\n\n${body.trim()}\n`;
  process.stdout.write(`\n${section}\n`);
  const text = existsSync(RESULTS) ? readFileSync(RESULTS, 'utf8') : INTRODUCTION;
  const [head, ...sections] = text.split(/^(?=## )/m);
  const others = sections.map((other) => other.trim()).filter((other) => !other.startsWith(`## ${title}\n`));
  const all = [head.trim(), ...others, section.trim()];
  writeFileSync(RESULTS, markMissedBars(`${all.join('\n\n')}\n`));
}

export function say(text) {
  process.stderr.write(`${text}\n`);
}

export const micros = (value) => `${value.toFixed(value < 10 ? 2 : 1)} µs`;
export const millis = (value) => `${value.toFixed(value < 10 ? 2 : 1)} ms`;
export const mebibytes = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
export const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
export const ratio = (value) => `${value.toFixed(2)}x`;
export const percent = (part) => `±${(part * 100).toFixed(0)} %`;
