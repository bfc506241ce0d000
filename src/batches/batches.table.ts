import { index, integer, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { apiKeys } from '../auth/api-keys/api-keys.table.js';
import { users } from '../auth/users/users.table.js';
import { exactJsonb } from '../database/exact-jsonb.js';
import type { BatchPayload } from './batch-payload.js';

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

export const BATCH_STATUSES = ['scheduled', 'running', 'done', 'cancelled'] as const;
export type BatchStatus = (typeof BATCH_STATUSES)[number];

/** Notifications sent in the background, because they are scheduled or have too many recipients for one request. */
export const batches = pgTable(
  'batches',
  {
    id: uuid('id').primaryKey(),
    /** The administrator; null: an API key. */
    createdBy: text('created_by').references(() => users.id),
    createdByKey: uuid('created_by_key').references(() => apiKeys.id),
    status: text('status').$type<BatchStatus>().notNull(),
    payload: exactJsonb('payload').$type<BatchPayload>().notNull(),
    /** Number of recipients; 1 for a broadcast. */
    total: integer('total').notNull(),
    done: integer('done').notNull().default(0),
    failed: integer('failed').notNull().default(0),
    /** The error of the last failed slice. */
    lastError: text('last_error'),
    /** Null: immediately. */
    sendAt: moment('send_at'),
    createdAt: moment('created_at').notNull().defaultNow(),
    startedAt: moment('started_at'),
    finishedAt: moment('finished_at'),
    /** When an administrator retracted the notifications of the batch. */
    retractedAt: moment('retracted_at'),
    /** Number of notifications that were retracted so far. */
    retracted: integer('retracted').notNull().default(0),
  },
  (table) => [index('batches_finished_at').on(table.finishedAt)],
);

/**
 * Remaining slices of a batch. A slice is deleted in the transaction that processes it, so each slice is processed
 * exactly once, even if a worker crashes.
 */
export const batchSlices = pgTable(
  'batch_slices',
  {
    batchId: uuid('batch_id')
      .notNull()
      .references(() => batches.id, { onDelete: 'cascade' }),
    number: integer('number').notNull(),
    /** Null: all users, as one broadcast. */
    userIds: text('user_ids').array(),
  },
  (table) => [primaryKey({ columns: [table.batchId, table.number] })],
);
