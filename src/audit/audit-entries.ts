import { Injectable } from '@nestjs/common';
import { and, eq } from 'drizzle-orm';
import { Database } from '../database/database.js';
import { UUID } from '../database/uuid.js';
import { pageOf } from '../pagination/page.js';
import type { Page } from '../pagination/page.js';
import { readAll } from '../pagination/read-all.js';
import { timeClauses, timePage } from '../pagination/time-list.js';
import type { TimePage } from '../pagination/time-list.js';
import type { AuditEntryDto, AuditQuery } from './audit.dto.js';
import { auditEntries } from './audit.table.js';

export type AuditEntry = Pick<AuditEntryDto, keyof AuditEntryDto>;
type Row = typeof auditEntries.$inferSelect;

/** Reads the audit log, by default the newest entries first. */
@Injectable()
export class AuditEntries {
  constructor(private readonly database: Database) {}

  /** Throws invalid_message. */
  async list(query: AuditQuery): Promise<Page<AuditEntry>> {
    const page = timePage(query, UUID, '-created_at');
    return pageOf(await this.read(query, page), page, (row) => row.id, entryView);
  }

  /** All entries of the query, for a file. The first rows are read before this resolves. Throws invalid_message. */
  async file(query: AuditQuery): Promise<AsyncIterable<AuditEntry>> {
    const page = timePage(query, UUID, '-created_at');
    return readAll(page, (each) => this.read(query, each), entryView);
  }

  private read({ action, actor_id: actorId, target_id: targetId }: AuditQuery, page: TimePage): Promise<Row[]> {
    const { where, order } = timeClauses(page, auditEntries.id, auditEntries.createdAt);
    return this.database.db
      .select()
      .from(auditEntries)
      .where(
        and(
          action === undefined ? undefined : eq(auditEntries.action, action),
          actorId === undefined ? undefined : eq(auditEntries.actorId, actorId),
          targetId === undefined ? undefined : eq(auditEntries.targetId, targetId),
          where,
        ),
      )
      .orderBy(order)
      .limit(page.take);
  }
}

function entryView(row: Row): AuditEntry {
  return {
    id: row.id,
    created_at: row.createdAt.toISOString(),
    action: row.action,
    actor_type: row.actorType,
    actor_id: row.actorId,
    address: row.address,
    target_type: row.targetType,
    target_id: row.targetId,
    details: row.details,
  };
}
