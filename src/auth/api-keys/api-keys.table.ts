import { pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { Scope } from '../principal/scopes.js';
import { users } from '../users/users.table.js';

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** Keys with which programs use the REST API. Rows are never deleted, because records refer to them. */
export const apiKeys = pgTable('api_keys', {
  id: uuid('id').primaryKey(),
  /** The visible beginning of the key, such as `tdk_k3v9x0q2m7a`. Rotation keeps it. */
  prefix: text('prefix').notNull().unique(),
  name: text('name').notNull(),
  scopes: text('scopes').array().$type<Scope[]>().notNull(),
  /** SHA-256 of the whole key, in hex. The key itself is not stored. */
  hash: text('hash').notNull(),
  /** The hash before the last rotation; null: never rotated. Kept afterwards, so that the refusal can name the reason. */
  previousHash: text('previous_hash'),
  /** Until when the key before the last rotation is accepted. */
  previousUntil: moment('previous_until'),
  /** Null: created with a command. */
  createdBy: text('created_by').references(() => users.id, { onDelete: 'set null' }),
  createdAt: moment('created_at').notNull().defaultNow(),
  /** Null: does not expire. */
  expiresAt: moment('expires_at'),
  /** Up to a minute late; null: never used. */
  lastUsedAt: moment('last_used_at'),
  revokedAt: moment('revoked_at'),
});
