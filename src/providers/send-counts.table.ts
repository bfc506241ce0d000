import { index, integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';

/** Number of messages sent to each user in the current minute, hour or day, if SEND_LIMITS or TYPE_SEND_LIMITS requires it. */
export const sendCounts = pgTable(
  'send_counts',
  {
    userId: text('user_id').notNull(),
    /** The limit that is counted: `sms/3600`, `offers/sms/86400`. */
    scope: text('scope').notNull(),
    /** The end of the minute, hour or day (UTC). Counting then restarts at 0. */
    endsAt: timestamp('ends_at', { withTimezone: true }).notNull(),
    count: integer('count').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.scope, table.endsAt] }),
    index('send_counts_ends_at').on(table.endsAt),
  ],
);
