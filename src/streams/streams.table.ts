import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  customType,
  index,
  integer,
  json,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';

/** PostgreSQL's 64-bit transaction id. */
const xid8 = customType<{ data: string }>({ dataType: () => 'xid8' });

/**
 * One row per durable stream. Raising `head` locks the row until the commit, so the order of positions is the order of commits.
 */
export const streams = pgTable(
  'streams',
  {
    name: text('name').primaryKey(),
    /** Position of the newest entry; 0 for a stream without entries. */
    head: bigint('head', { mode: 'number' }).notNull().default(0),
    /** Entries up to and including this position are no longer kept. */
    trimmed: bigint('trimmed', { mode: 'number' }).notNull().default(0),
    /** For the previous release, which looks for changed streams by time. */
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
    /**
     * The transaction that last raised `head`. Whether a snapshot of the database includes it depends neither on clocks nor on
     * how long its commit took.
     */
    changedBy: xid8('changed_by')
      .notNull()
      .default(sql`pg_current_xact_id()`),
  },
  (table) => [index('streams_changed_by_index').on(table.changedBy)],
);

export const streamEntries = pgTable(
  'stream_entries',
  {
    stream: text('stream').notNull(),
    position: bigint('position', { mode: 'number' }).notNull(),
    type: text('type').notNull(),
    payload: json('payload').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true })
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (table) => [
    primaryKey({ columns: [table.stream, table.position] }),
    // Entries are only added at the end, so a block range index costs an append almost nothing.
    index('stream_entries_created_at_index').using('brin', table.createdAt),
  ],
);

/** One row with a random id of this log, by which a position of another log, or of this log before a restore, is rejected. */
export const streamEpoch = pgTable(
  'stream_epoch',
  {
    id: integer('id').primaryKey().default(1),
    epoch: text('epoch').notNull(),
    /** The database in which the epoch was made. */
    origin: text('origin'),
  },
  (table) => [check('stream_epoch_one_row', sql`${table.id} = 1`)],
);
