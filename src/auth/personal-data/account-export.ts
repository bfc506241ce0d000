import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { Database } from '../../database/database.js';
import { execute } from '../../database/execute.js';
import { AttemptLimits } from '../limits/attempt-limits.js';
import { PersonalData } from './personal-data.js';
import type { PersonalDataKind } from './personal-data.js';

const PAGE_SIZE = 500;

interface ExportedRow {
  /** JSON. PostgreSQL writes it, so that 64-bit integers keep all digits. */
  readonly json: string;
  readonly key: string;
}

/** Writes everything that is stored about a user as one JSON document. */
@Injectable()
export class AccountExport {
  constructor(
    private readonly database: Database,
    private readonly data: PersonalData,
    private readonly limits: AttemptLimits,
  ) {}

  /** The document in parts, of which only one is in memory. Throws rate_limited. */
  async open(userId: string): Promise<AsyncIterable<string>> {
    await this.limits.countExport(userId);
    return this.write(userId);
  }

  private async *write(userId: string): AsyncGenerator<string> {
    yield `{"exported_at":"${new Date().toISOString()}"`;
    for (const kind of this.data.kinds) {
      yield `,\n${JSON.stringify(kind.name)}:[`;
      let separator = '\n';
      for await (const page of this.pages(kind, userId)) {
        yield separator + page.map(({ json }) => json).join(',\n');
        separator = ',\n';
      }
      yield ']';
    }
    yield '}\n';
  }

  private async *pages({ rows: select, idType }: PersonalDataKind, userId: string): AsyncGenerator<ExportedRow[]> {
    let last: string | null = null;
    for (;;) {
      const isLater: ReturnType<typeof sql> =
        last === null ? sql`true` : sql`exported.id > ${last}::${sql.raw(idType)}`;
      const { rows } = await execute<ExportedRow>(
        this.database.db,
        sql`SELECT row_to_json(exported)::text AS json, exported.id::text AS key
            FROM (${select(userId)}) AS exported WHERE ${isLater} ORDER BY exported.id LIMIT ${PAGE_SIZE}`,
      );
      if (rows.length > 0) yield rows;
      last = rows.at(-1)?.key ?? null;
      if (rows.length < PAGE_SIZE) return;
    }
  }
}
