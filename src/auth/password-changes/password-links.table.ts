import { index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { users } from '../users/users.table.js';

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** Links that set a password once. The token of a link is derived from the id with the signing key and is not stored. */
export const passwordLinks = pgTable(
  'password_links',
  {
    id: uuid('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** The address to which the link was sent. Null: it was given to the user in another way. */
    email: text('email'),
    createdAt: moment('created_at').notNull().defaultNow(),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [index('password_links_user_id').on(table.userId), index('password_links_expires_at').on(table.expiresAt)],
);
