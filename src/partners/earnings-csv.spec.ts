import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { earningsCsv } from './earnings-csv.js';
import type { EarningLine } from './earnings-csv.js';

const LINE: EarningLine = { order_id: '1', amount: '25.50', currency: 'USD', created_at: '2026-11-21T09:30:00.000Z' };

async function* each(...lines: Partial<EarningLine>[]): AsyncGenerator<EarningLine> {
  for (const line of lines) yield await Promise.resolve({ ...LINE, ...line });
}

describe('a CSV file of earnings', () => {
  it('quotes separators, quotes and line breaks', async () => {
    const csv = await text(earningsCsv(each({ order_id: 'a,"b"\nc' })));
    expect(csv).toBe('order_id,amount,currency,created_at\r\n"a,""b""\nc",25.50,USD,2026-11-21T09:30:00.000Z\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('defuses %j', async (formula) => {
    const [, line = ''] = (await text(earningsCsv(each({ order_id: formula })))).split('\r\n');
    expect(line.startsWith("'") || line.startsWith(`"'`)).toBe(true);
  });

  it('fails if the rows cannot be read to the end', async () => {
    async function* broken(): AsyncGenerator<EarningLine> {
      yield await Promise.resolve(LINE);
      throw new Error('the database is gone');
    }
    await expect(text(earningsCsv(broken()))).rejects.toThrow('the database is gone');
  });
});
