import { index, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

/** The answers to requests with a `dedupe_key`. */
export const notificationDuplicates = pgTable(
  'notification_duplicates',
  {
    key: text('key').primaryKey(),
    /** JSON text, which keeps the order of members. Null only inside the transaction of the request. */
    answer: text('answer'),
    /** Requests with the key get this answer until then. */
    until: timestamp('until', { withTimezone: true, precision: 3 }).notNull(),
  },
  (table) => [index('notification_duplicates_until').on(table.until)],
);
