import { sql } from 'drizzle-orm';
import { bigint, boolean, index, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import type { Role } from '../principal/principal.js';

/** Everybody who may sign in here or whose outside token is taken. */
export const users = pgTable(
  'users',
  {
    /** UUID v7 where we made the user; the issuer's own id for users of an outside issuer. */
    id: text('id').primaryKey(),
    /** As given at registration; null for an outside user without one. */
    email: text('email'),
    /**
     * Normal form of `email` (`emailKey`), by which accounts are found. Null for a row written by a release without this column
     * until the next start fills it in, and for good where another account has the key already.
     */
    emailKey: text('email_key'),
    name: text('name').notNull().default(''),
    role: text('role').$type<Role>().notNull().default('customer'),
    /** When the user confirmed `email` (or a trusted issuer did); null: not confirmed. */
    emailConfirmedAt: timestamp('email_confirmed_at', { withTimezone: true, precision: 3 }),
    /** argon2id in PHC form; null for a user who can't sign in with a password (outside issuer). */
    passwordHash: text('password_hash'),
    /** In E.164 form. */
    phone: text('phone'),
    /** When the user confirmed `phone`; null: not confirmed. */
    phoneConfirmedAt: timestamp('phone_confirmed_at', { withTimezone: true, precision: 3 }),
    /** BCP 47; null: DEFAULT_LANGUAGE. */
    language: text('language'),
    /** IANA name; null: DEFAULT_TIME_ZONE. */
    timeZone: text('time_zone'),
    /** The role in the newest token of an outside issuer, which `role` follows; null if no token has named one. */
    issuerRole: text('issuer_role').$type<Role>(),
    /** When that token was issued. Older tokens change nothing. */
    issuerRoleAt: timestamp('issuer_role_at', { withTimezone: true, precision: 3 }),
    disabled: boolean('disabled').notNull().default(false),
    /** The number of the last broadcast sent before they came (`broadcasts_so_far()` is made by a migration). */
    broadcastsBefore: bigint('broadcasts_before', { mode: 'number' })
      .notNull()
      .default(sql`broadcasts_so_far()`),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
  },
  (table) => [
    // For rows without a key.
    uniqueIndex('users_email_key').on(sql`lower(${table.email})`),
    uniqueIndex('users_email_normal_form_key').on(table.emailKey),
    index('users_without_email_key_idx')
      .on(table.createdAt, table.id)
      .where(sql`${table.email} is not null and ${table.emailKey} is null`),
  ],
);
