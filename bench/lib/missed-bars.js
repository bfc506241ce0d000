/** Marks the bars in RESULTS.md that the measured figures miss. Reads all figures from the tables. */

const MARK = ' **missed**';
const NUMBER_WITH_UNIT = /^(?<number>\d+(?:\.\d+)?) ?(?<unit>x|ms|s|MiB|MB|µs)\b/;

/** Conversion to megabytes and milliseconds, so that bars of the same kind of unit can be compared. */
const SCALE = {
  x: ['x', 1],
  µs: ['time', 0.001],
  ms: ['time', 1],
  s: ['time', 1000],
  MB: ['size', 1],
  MiB: ['size', 1.048576],
};

/** Returns the text with marks, and with a paragraph below its title that names the benchmarks with missed bars. */
export function markMissedBars(text) {
  const [head, ...sections] = text.replaceAll(MARK, '').split(/^(?=## )/m);
  const marked = sections.map(markSection);
  const titles = marked.filter((section) => section.includes(MARK)).map((section) => /^## (.+)/.exec(section)[1]);
  const [title, ...rest] = head.split('\n\n').filter((paragraph) => !paragraph.startsWith('Missed bars:'));
  const summary =
    titles.length === 0
      ? 'Missed bars: none.'
      : `Missed bars: ${titles.join('; ')}. The bars concerned are marked **missed** in the tables below.`;
  return (
    [
      [title, summary, ...rest.map((paragraph) => paragraph.trim()).filter(Boolean)].join('\n\n'),
      ...marked.map((one) => one.trim()),
    ].join('\n\n') + '\n'
  );
}

function markSection(section) {
  const headings = headingsOf(section);
  const bar = headings.indexOf('bar');
  const lines = section
    .split('\n')
    .map((line) => (bar >= 0 && line.startsWith('| ') ? markRow(line, headings, bar) : line));
  return lines.map((line) => markProse(line, section)).join('\n');
}

const headingsOf = (section) => cellsOf(/^\|.*\bbar\b.*\|$/m.exec(section)?.[0] ?? '');
const cellsOf = (line) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

function markRow(line, headings, bar) {
  const cells = cellsOf(line);
  const clauses = cells[bar]?.split(', ') ?? [];
  const taken = { x: 0 };
  const marked = clauses.map((clause) => (isMissed(clause, cells, headings, taken) ? `${clause}${MARK}` : clause));
  if (marked.join() === clauses.join()) return line;
  return `| ${cells.map((cell, index) => (index === bar ? marked.join(', ') : cell)).join(' | ')} |`;
}

/**
 * A bar such as `<= 1.50x CPU` refers to the first figure of its unit in the row; a second bar of this kind refers to
 * the second figure.
 */
function isMissed(clause, cells, headings, taken) {
  const [, zero] = /^0 (.+)$/.exec(clause) ?? [];
  if (zero !== undefined) return Number(cells[headings.indexOf(zero)]) > 0;
  const [, sign, limit] = /(<=|>=|<) (\d.*)$/.exec(clause) ?? [];
  const wanted = figure(limit);
  if (!wanted) return false;
  const figures = cells
    .slice(0, headings.indexOf('bar'))
    .map(figure)
    .filter((one) => one?.kind === wanted.kind);
  const measured = figures[wanted.kind === 'x' ? taken.x++ : 0];
  if (!measured) return false;
  if (sign === '>=') return measured.value < wanted.value;
  return sign === '<' ? measured.value >= wanted.value : measured.value > wanted.value;
}

/** `Bar: 1.30x.` in the text above a table refers to the ratios of tidings in that table. */
function markProse(line, section) {
  const [bar, limit] = /\bBar: (\d+\.\d+)x\b/.exec(line) ?? [];
  if (bar === undefined) return line;
  const row = cellsOf(/^\| tidings .*$/m.exec(section)?.[0] ?? '');
  const isOver = row.map(figure).some((one) => one?.kind === 'x' && one.value > Number(limit));
  return isOver ? line.replace(bar, `${bar}${MARK}`) : line;
}

function figure(text = '') {
  const { number, unit } = NUMBER_WITH_UNIT.exec(text)?.groups ?? {};
  if (number === undefined) return null;
  const [kind, scale] = SCALE[unit];
  return { kind, value: Number(number) * scale };
}
