import { index, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { ActorType, AuditAction, AuditDetails, TargetType } from './audit-event.js';

/**
 * What administrators, programs and sign-ins did. Ids are stored without foreign keys, so that entries outlive accounts. A trigger
 * rejects UPDATE.
 */
export const auditEntries = pgTable(
  'audit_entries',
  {
    /** UUID v7: sorts by time. */
    id: uuid('id').primaryKey(),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
    action: text('action').$type<AuditAction>().notNull(),
    /** Null: nobody was authenticated, or a command of the operator. */
    actorType: text('actor_type').$type<ActorType>(),
    actorId: text('actor_id'),
    /** IPv6 by /64; null: unknown. */
    address: text('address'),
    targetType: text('target_type').$type<TargetType>(),
    targetId: text('target_id'),
    details: jsonb('details').$type<AuditDetails>().notNull().default({}),
  },
  (table) => [
    index('audit_entries_actor').on(table.actorId, table.id),
    index('audit_entries_target').on(table.targetId, table.id),
    index('audit_entries_action').on(table.action, table.id),
    index('audit_entries_created_at').on(table.createdAt),
  ],
);
