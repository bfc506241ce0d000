/** A Markdown table of two columns, aligned for the terminal. */
export function table(rows: readonly (readonly [string, string | number])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => `| ${name.padEnd(width)} | ${String(value).padStart(9)} |`);
  return [
    `| ${'what'.padEnd(width)} | ${'how many'.padStart(9)} |`,
    `| ${'-'.repeat(width)} | --------: |`,
    ...lines,
  ].join('\n');
}
