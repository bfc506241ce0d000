import { pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { users } from '../auth/users/users.table.js';

/** A user of role partner as the one who delivers; its id is another than the user's. Made on first need. */
export const partners = pgTable('partners', {
  id: uuid('id').primaryKey(),
  userId: text('user_id')
    .notNull()
    .unique()
    .references(() => users.id),
  createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
});
