import { index, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

/** Answers already given to requests that carried an Idempotency-Key. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    /** SHA-256 over who, method, path and key, in hex: of one length, and the key itself is not kept. */
    id: text('id').primaryKey(),
    bodyHash: text('body_hash').notNull(),
    /** The answer as JSON. */
    answer: text('answer').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index('idempotency_keys_created_at_index').on(table.createdAt)],
);
