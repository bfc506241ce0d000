import { jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { users } from '../auth/users/users.table.js';
import type { DigestRhythm, QuietHours, TypeChoices } from './user-preferences.js';

/** The preferences that a user chose. Without a row, the defaults apply. */
export const notificationPreferences = pgTable('notification_preferences', {
  userId: text('user_id')
    .primaryKey()
    .references(() => users.id, { onDelete: 'cascade' }),
  types: jsonb('types').$type<TypeChoices>().notNull().default({}),
  quietHours: jsonb('quiet_hours').$type<QuietHours>(),
  digest: text('digest').$type<DigestRhythm>().notNull().default('none'),
  updatedAt: timestamp('updated_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
});
