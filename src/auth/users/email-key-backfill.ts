import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { Database } from '../../database/database.js';
import { execute } from '../../database/execute.js';
import { emailKey } from './email-key.js';

const PAGE = 1_000;

interface Row {
  readonly id: string;
  readonly email: string;
  readonly createdAt: string;
}

/**
 * Fills in missing values of `users.email_key` at each start: in rows older than the column, and in rows that an older release
 * writes during a rolling upgrade. SQL cannot compute the key. If two accounts have the same key, the older account gets it. The
 * other account can sign in only with the exact spelling of its stored address, and a warning names it.
 */
@Injectable()
export class EmailKeyBackfill implements OnModuleInit {
  private readonly logger = new Logger(EmailKeyBackfill.name);

  constructor(private readonly database: Database) {}

  async onModuleInit(): Promise<void> {
    let last: Row | undefined;
    do {
      const rows = await this.page(last);
      if (rows.length > 0) await this.fill(rows);
      last = rows.length === PAGE ? rows.at(-1) : undefined;
    } while (last);
  }

  private async page(after: Row | undefined): Promise<Row[]> {
    const later = after ? sql`AND (created_at, id) > (${after.createdAt}::timestamptz, ${after.id})` : sql``;
    const { rows } = await execute<Row>(
      this.database.db,
      sql`SELECT id, email, created_at::text AS "createdAt" FROM users
          WHERE email IS NOT NULL AND email_key IS NULL ${later} ORDER BY created_at, id LIMIT ${PAGE}`,
    );
    return rows;
  }

  private async fill(rows: readonly Row[]): Promise<void> {
    const idOf = new Map<string, string>();
    for (const { id, email } of rows) if (!idOf.has(emailKey(email))) idOf.set(emailKey(email), id);
    await execute(
      this.database.db,
      sql`UPDATE users SET email_key = given.key
          FROM unnest(${sql.param([...idOf.values()])}::text[], ${sql.param([...idOf.keys()])}::text[]) AS given(id, key)
          WHERE users.id = given.id AND users.email_key IS NULL
            AND NOT EXISTS (SELECT FROM users other WHERE other.email_key = given.key)`,
    );
    const ids = rows.map(({ id }) => id);
    const { rows: left } = await execute<{ id: string }>(
      this.database.db,
      sql`SELECT id FROM users WHERE id = any(${sql.param(ids)}::text[]) AND email_key IS NULL`,
    );
    for (const { id } of left)
      this.logger.warn(
        `User ${id} has the e-mail address of another user in another spelling; only the other user can sign in with it`,
      );
  }
}
