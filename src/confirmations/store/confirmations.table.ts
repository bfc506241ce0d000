import { index, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { users } from '../../auth/users/users.table.js';
import type { AddressKind } from './address-kind.js';

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/**
 * Messages that ask a user to confirm an address, kept for a day because the limits count them. Code and link are derived from the
 * id with the signing key, so neither can be read from this table.
 */
export const addressConfirmations = pgTable(
  'address_confirmations',
  {
    id: uuid('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    kind: text('kind').$type<AddressKind>().notNull(),
    /** The e-mail address or phone number to which the message was sent. */
    address: text('address').notNull(),
    /** Network address of the request; for IPv6 its /64 prefix. */
    requester: text('requester').notNull(),
    /** Number of wrong codes. */
    failures: integer('failures').notNull().default(0),
    /** When the address was confirmed or a later message replaced this one. */
    endedAt: moment('ended_at'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    index('address_confirmations_user_id').on(table.userId, table.createdAt),
    index('address_confirmations_address').on(table.address, table.createdAt),
    index('address_confirmations_requester').on(table.requester, table.createdAt),
    index('address_confirmations_created_at').on(table.createdAt),
  ],
);
