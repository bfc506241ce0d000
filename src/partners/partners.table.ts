import { boolean, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { users } from '../auth/users/users.table.js';

/** The partner of a user with the role partner. Its id differs from the user's id. Created on first use. */
export const partners = pgTable('partners', {
  id: uuid('id').primaryKey(),
  userId: text('user_id')
    .notNull()
    .unique()
    .references(() => users.id),
  /** Partners who are off duty get no offers. */
  onDuty: boolean('on_duty').notNull().default(true),
  createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
});
