import type { PageRequest } from './page.js';

/** Rows that are read at once. */
const ROWS_AT_ONCE = 1_000;

/**
 * All rows from a page on, for a file: 1,000 are in memory at a time. `read`: reads the page, sorted by id. The first rows are read
 * before this resolves.
 */
export async function readAll<P extends PageRequest, Row extends { readonly id: string }, Line>(
  page: P,
  read: (page: P) => Promise<readonly Row[]>,
  view: (row: Row) => Line,
): Promise<AsyncIterable<Line>> {
  const start = { ...page, take: ROWS_AT_ONCE };
  const first = await read(start);
  return lines();

  async function* lines(): AsyncGenerator<Line> {
    for (let rows = first; ;) {
      for (const row of rows) yield view(row);
      const last = rows.at(-1);
      if (!last || rows.length < start.take) return;
      rows = await read({ ...start, after: last.id });
    }
  }
}
