import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { csvFile } from './csv-file.js';

interface Line {
  readonly order_id: string;
  readonly amount: string;
  readonly currency: string | null;
  readonly created_at: string;
  readonly details?: object;
}

const COLUMNS = ['order_id', 'amount', 'currency', 'created_at'] as const;
const LINE: Line = { order_id: '1', amount: '25.50', currency: 'USD', created_at: '2026-11-21T09:30:00.000Z' };

async function* each(...lines: Partial<Line>[]): AsyncGenerator<Line> {
  for (const line of lines) yield await Promise.resolve({ ...LINE, ...line });
}

describe('a CSV file', () => {
  it('quotes separators, quotes and line breaks', async () => {
    const csv = await text(csvFile(COLUMNS, each({ order_id: 'a,"b"\nc' })));
    expect(csv).toBe('order_id,amount,currency,created_at\r\n"a,""b""\nc",25.50,USD,2026-11-21T09:30:00.000Z\r\n');
  });

  it('leaves out null, and writes objects as JSON', async () => {
    const csv = csvFile(['currency', 'details'], each({ currency: null, details: { a: 1 } }));
    expect(await text(csv)).toBe('currency,details\r\n,"{""a"":1}"\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('defuses %j', async (formula) => {
    const [, line = ''] = (await text(csvFile(COLUMNS, each({ order_id: formula })))).split('\r\n');
    expect(line.startsWith("'") || line.startsWith(`"'`)).toBe(true);
  });

  it('fails if the rows cannot be read to the end', async () => {
    async function* broken(): AsyncGenerator<Line> {
      yield await Promise.resolve(LINE);
      throw new Error('the database is gone');
    }
    await expect(text(csvFile(COLUMNS, broken()))).rejects.toThrow('the database is gone');
  });
});
