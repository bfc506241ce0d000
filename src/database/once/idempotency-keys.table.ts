import { index, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

/** Responses to requests that had an Idempotency-Key. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    /** SHA-256 over principal, method, path and key, in hex. It has a fixed length, and the key itself is not stored. */
    id: text('id').primaryKey(),
    bodyHash: text('body_hash').notNull(),
    /** The response as JSON. */
    answer: text('answer').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index('idempotency_keys_created_at_index').on(table.createdAt)],
);
