import { Readable, pipeline } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import { stringify } from 'csv-stringify';
import type { Request, Response } from 'express';

/** The formats of lists that can be downloaded. */
export const LIST_FORMATS = ['json', 'csv'] as const;
export type ListFormat = (typeof LIST_FORMATS)[number];

/** The format that the query names, otherwise the one that the Accept header prefers. */
export function listFormat(named: ListFormat | undefined, request: Request, response: Response): ListFormat {
  response.vary('Accept');
  return named ?? (request.accepts(['json', 'csv']) === 'csv' ? 'csv' : 'json');
}

/** The answer with a CSV file. `name`: without `.csv`. */
export function csvAnswer(csv: Readable, name: string, response: Response): StreamableFile {
  // The client may disconnect before it has read the whole file.
  response.once('close', () => csv.destroy());
  const disposition = `attachment; filename="${name}.csv"`;
  const file = new StreamableFile(csv, { type: 'text/csv; charset=utf-8', disposition });
  // A file that ends early must not look complete.
  return file.setErrorHandler(() => response.destroy());
}

/**
 * The lines as a CSV file (RFC 4180) with a header. Lines are read as the client takes them. Objects are written as JSON. Texts that
 * a spreadsheet would run as a formula get an apostrophe.
 */
export function csvFile<Line>(columns: readonly (keyof Line & string)[], lines: AsyncIterable<Line>): Readable {
  const csv = stringify({ header: true, columns: [...columns], record_delimiter: 'windows', escape_formulas: true });
  // The callback only prevents an exception: whoever reads `csv` receives the error.
  return pipeline(Readable.from(lines), csv, () => undefined);
}
