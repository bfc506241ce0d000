import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import type { Settings } from '../config/settings.js';
import { Database } from '../database/database.js';
import { execute } from '../database/execute.js';
import { ExpiringRows } from '../database/trimmer.js';

const STEP = 1_000;

/** The entries of the audit log, which expire after AUDIT_DAYS. */
@Injectable()
export class OldAuditEntries extends ExpiringRows {
  readonly description = 'audit entries';
  readonly trimEveryMs = 60 * 60_000;

  constructor(private readonly database: Database) {
    super();
  }

  override daysKept({ database }: Settings): number {
    return database.auditDays;
  }

  async deleteSome(days: number): Promise<number> {
    const { rows } = await execute<{ id: string }>(
      this.database.db,
      sql`DELETE FROM audit_entries WHERE id IN (
            SELECT id FROM audit_entries WHERE created_at < now() - make_interval(days => ${days}::int)
            ORDER BY created_at LIMIT ${STEP}
          ) RETURNING id`,
    );
    return rows.length;
  }
}
