import { sql } from 'drizzle-orm';
import { check, integer, pgTable, text } from 'drizzle-orm/pg-core';

/** One row, inserted by the first node without a JWT_SECRET. All nodes on this database sign with this key. */
export const signingKeys = pgTable(
  'signing_keys',
  {
    id: integer('id').primaryKey().default(1),
    secret: text('secret').notNull(),
  },
  (table) => [check('signing_keys_one_row', sql`${table.id} = 1`)],
);
