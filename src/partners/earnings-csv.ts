import { Readable, pipeline } from 'node:stream';
import { stringify } from 'csv-stringify';

/** One line of the file, in the order of the columns. */
export interface EarningLine {
  readonly order_id: string;
  /** Decimal text with two decimals. */
  readonly amount: string;
  readonly currency: string;
  readonly created_at: string;
}

const COLUMNS = ['order_id', 'amount', 'currency', 'created_at'] as const satisfies readonly (keyof EarningLine)[];

/**
 * The lines as a CSV file (RFC 4180) with a header. Lines are read as the client takes them. Texts that a spreadsheet
 * would run as a formula get an apostrophe.
 */
export function earningsCsv(lines: AsyncIterable<EarningLine>): Readable {
  const csv = stringify({ header: true, columns: [...COLUMNS], record_delimiter: 'windows', escape_formulas: true });
  // The callback only prevents an exception: whoever reads `csv` receives the error.
  return pipeline(Readable.from(lines), csv, () => undefined);
}
