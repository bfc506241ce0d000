import { sql } from 'drizzle-orm';
import { check, integer, pgTable, text } from 'drizzle-orm/pg-core';

/** One row, made by the first node that has no JWT_SECRET: the key all nodes on this database then sign with. */
export const signingKeys = pgTable(
  'signing_keys',
  {
    id: integer('id').primaryKey().default(1),
    secret: text('secret').notNull(),
  },
  (table) => [check('signing_keys_one_row', sql`${table.id} = 1`)],
);
