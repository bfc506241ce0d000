import { sql } from 'drizzle-orm';
import type { Message } from '../../channel-layer/interface/message.js';
import type { Database } from '../../database/database.js';
import { execute } from '../../database/execute.js';
import type { StreamEntry } from './stream-entry.js';

/** The number of entries at which a query takes no further pages. */
const MAX_ENTRIES = 6_400;

/** The first `size` of the entries `after + 1` to `until` of a stream. */
export interface Page {
  readonly stream: string;
  readonly after: number;
  readonly until: number;
  readonly size: number;
}

/** A request for a page, shared by all callers that want the same page. */
interface PageRequest {
  readonly page: Page;
  readonly answer: Promise<StreamEntry[]>;
  readonly resolve: (entries: StreamEntry[]) => void;
  readonly reject: (error: unknown) => void;
}

interface EntryRow {
  n: number;
  position: string;
  payload: Message;
  created_at: string | Date;
}

/**
 * Reads pages of the log for thousands of sockets at once, with few queries and bounded memory. One query runs at a time, for
 * the requests that have waited longest, up to a limit of entries. Requests that arrive meanwhile are part of a later query.
 * Equal pages are read once, because all clients that reconnect have missed the same broadcasts.
 */
export class PageReader {
  private readonly requests = new Map<string, PageRequest>();
  private reading = false;

  constructor(private readonly database: Database) {}

  /** Resolves with the entries in order of position. Callers of the same page share the array and must not modify it. */
  read(page: Page): Promise<StreamEntry[]> {
    const key = `${page.stream} ${page.after} ${page.until} ${page.size}`;
    let request = this.requests.get(key);
    if (!request) {
      request = newRequest(page);
      this.requests.set(key, request);
    }
    if (!this.reading) {
      this.reading = true;
      // At the end of the turn, because the bytes of each socket arrive in a separate callback.
      setImmediate(() => void this.readAll());
    }
    return request.answer;
  }

  private async readAll(): Promise<void> {
    while (this.requests.size > 0) {
      const requests = this.takeNext();
      try {
        const answers = await this.query(requests.map(({ page }) => page));
        requests.forEach((request, n) => {
          request.resolve(answers[n] ?? []);
        });
      } catch (error) {
        for (const request of requests) request.reject(error);
      }
    }
    this.reading = false;
  }

  private takeNext(): PageRequest[] {
    const taken: PageRequest[] = [];
    let entries = 0;
    for (const [key, request] of this.requests) {
      this.requests.delete(key);
      taken.push(request);
      entries += Math.min(request.page.size, request.page.until - request.page.after);
      if (entries >= MAX_ENTRIES) break;
    }
    return taken;
  }

  private async query(pages: readonly Page[]): Promise<StreamEntry[][]> {
    const wanted = pages.map((page, n) => ({ n, ...page }));
    const { rows } = await execute<EntryRow>(
      this.database.db,
      sql`SELECT wanted.n, entry.position, entry.payload, entry.created_at
          FROM json_to_recordset(${JSON.stringify(wanted)}::json)
            AS wanted(n int, stream text, after bigint, until bigint, size int)
          CROSS JOIN LATERAL (
            SELECT position, payload, created_at FROM stream_entries
            WHERE stream = wanted.stream AND position > wanted.after AND position <= wanted.until
            ORDER BY position LIMIT wanted.size
          ) AS entry
          ORDER BY wanted.n, entry.position`,
    );
    const answers: StreamEntry[][] = pages.map(() => []);
    for (const row of rows) {
      answers[row.n]?.push({
        stream: pages[row.n]?.stream ?? '',
        position: Number(row.position),
        message: row.payload,
        createdAt: new Date(row.created_at).getTime(),
      });
    }
    return answers;
  }
}

function newRequest(page: Page): PageRequest {
  let resolve: PageRequest['resolve'] = () => undefined;
  let reject: PageRequest['reject'] = () => undefined;
  const answer = new Promise<StreamEntry[]>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { page, answer, resolve, reject };
}
