import { index, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { users } from '../users/users.table.js';

/** A session: all refresh tokens, access tokens and WebSocket tokens that come from one sign-in. */
export const sessions = pgTable(
  'sessions',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
    /** Extended by every refresh. */
    expiresAt: timestamp('expires_at', { withTimezone: true, precision: 3 }).notNull(),
    /** The last sign-in or refresh. Tokens live 15 minutes, so a session that is in use is at most that far behind. */
    lastSeenAt: timestamp('last_seen_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
    /** `addressKey` of the client at `lastSeenAt`. Null in rows of earlier releases. */
    address: text('address'),
    /** The User-Agent header at `lastSeenAt`, cut off. Null in rows of earlier releases. */
    userAgent: text('user_agent'),
    /** Set by logout and by the reuse of a refresh token; never cleared. */
    revokedAt: timestamp('revoked_at', { withTimezone: true, precision: 3 }),
  },
  (table) => [index('sessions_user_id_idx').on(table.userId)],
);

/** Used tokens are kept until their session is deleted, so that the reuse of a stolen token is detected. */
export const refreshTokens = pgTable(
  'refresh_tokens',
  {
    /** SHA-256 of the token, base64url. The token itself is not stored. */
    tokenHash: text('token_hash').primaryKey(),
    sessionId: text('session_id')
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
    usedAt: timestamp('used_at', { withTimezone: true, precision: 3 }),
  },
  (table) => [index('refresh_tokens_session_id_idx').on(table.sessionId)],
);
