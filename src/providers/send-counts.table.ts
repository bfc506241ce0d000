import { index, integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';

/** How much each user was sent in the minute, hour or day that is running, where SEND_LIMITS or TYPE_SEND_LIMITS asks. */
export const sendCounts = pgTable(
  'send_counts',
  {
    userId: text('user_id').notNull(),
    /** What is counted: `sms/3600`, `offers/sms/86400`. */
    scope: text('scope').notNull(),
    /** The end of the minute, hour or day (UTC); afterwards counting starts anew. */
    endsAt: timestamp('ends_at', { withTimezone: true }).notNull(),
    count: integer('count').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.scope, table.endsAt] }),
    index('send_counts_ends_at').on(table.endsAt),
  ],
);
