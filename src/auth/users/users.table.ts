import { sql } from 'drizzle-orm';
import { bigint, boolean, index, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import type { Role } from '../principal/principal.js';

/** All users that may sign in here or have used a token of an outside issuer. */
export const users = pgTable(
  'users',
  {
    /** UUID v7 for users created here; the issuer's own id for users of an outside issuer. */
    id: text('id').primaryKey(),
    /** As given at registration; null for an outside user without an address. */
    email: text('email'),
    /**
     * Normal form of `email` (`emailKey`); accounts are looked up by it. Null in a row that a release without this column has
     * written, until the next start fills it in. Stays null if another account already has the key.
     */
    emailKey: text('email_key'),
    name: text('name').notNull().default(''),
    role: text('role').$type<Role>().notNull().default('customer'),
    /** When the user or a trusted issuer confirmed `email`; null: not confirmed. */
    emailConfirmedAt: timestamp('email_confirmed_at', { withTimezone: true, precision: 3 }),
    /** argon2id in PHC form; null for a user of an outside issuer, who cannot sign in with a password. */
    passwordHash: text('password_hash'),
    /** In E.164 form. */
    phone: text('phone'),
    /** When the user confirmed `phone`; null: not confirmed. */
    phoneConfirmedAt: timestamp('phone_confirmed_at', { withTimezone: true, precision: 3 }),
    /** BCP 47; null: DEFAULT_LANGUAGE. */
    language: text('language'),
    /** IANA name; null: DEFAULT_TIME_ZONE. */
    timeZone: text('time_zone'),
    /** The role in the newest token of an outside issuer, to which `role` is set; null if no token has named a role. */
    issuerRole: text('issuer_role').$type<Role>(),
    /** When that token was issued. Older tokens change nothing. */
    issuerRoleAt: timestamp('issuer_role_at', { withTimezone: true, precision: 3 }),
    disabled: boolean('disabled').notNull().default(false),
    /** The number of the last broadcast sent before the user was created. A migration creates `broadcasts_so_far()`. */
    broadcastsBefore: bigint('broadcasts_before', { mode: 'number' })
      .notNull()
      .default(sql`broadcasts_so_far()`),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
  },
  (table) => [
    index('users_created_at').on(table.createdAt, table.id),
    // For rows without a normal form.
    uniqueIndex('users_email_key').on(sql`lower(${table.email})`),
    uniqueIndex('users_email_normal_form_key').on(table.emailKey),
    index('users_without_email_key_idx')
      .on(table.createdAt, table.id)
      .where(sql`${table.email} is not null and ${table.emailKey} is null`),
  ],
);
