import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';
import { users } from '../../auth/users/users.table.js';
import { exactJsonb } from '../../database/exact-jsonb.js';
import type { JsonObject } from './json-object.js';

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** One row per notification of one user, and one row per broadcast (`userId` null), however many users it is for. */
export const notifications = pgTable(
  'notifications',
  {
    id: uuid('id').primaryKey(),
    userId: text('user_id').references(() => users.id),
    notificationType: text('notification_type').notNull(),
    title: text('title').notNull(),
    message: text('message').notNull(),
    data: exactJsonb('data').$type<JsonObject>().notNull(),
    /** Of a broadcast: always null, see `broadcastMarks`. Also null if the owner has read all up to a later one: see `inboxes`. */
    readAt: moment('read_at'),
    /** The owner deleted it; of a broadcast always null. */
    hiddenAt: moment('hidden_at'),
    createdAt: moment('created_at').notNull().defaultNow(),
    /** Of a broadcast: dense, in the order of the commits; given by a trigger. */
    broadcastNumber: bigint('broadcast_number', { mode: 'number' }),
    /**
     * The counter and the watermark in `inboxes` hold for it. False for one that the former release inserted, and for one with an id
     * below the watermark that was committed after it: such a one is counted by itself, and only `readAt` says whether it is read.
     */
    settled: boolean('settled').notNull().default(false),
  },
  (table) => [
    index('notifications_user_id')
      .on(table.userId, table.id)
      .where(sql`${table.hiddenAt} is null`),
    index('notifications_type')
      .on(table.userId, table.notificationType, table.id)
      .where(sql`${table.hiddenAt} is null`),
    index('notifications_unread')
      .on(table.userId, table.id)
      .where(sql`${table.readAt} is null and ${table.hiddenAt} is null and ${table.userId} is not null`),
    index('notifications_unsettled')
      .on(table.userId, table.id)
      .where(
        sql`not ${table.settled} and ${table.readAt} is null and ${table.hiddenAt} is null and ${table.userId} is not null`,
      ),
    index('notifications_broadcast')
      .on(table.id, table.broadcastNumber)
      .where(sql`${table.userId} is null`),
    index('notifications_broadcast_number')
      .on(table.broadcastNumber)
      .where(sql`${table.userId} is null`),
  ],
);

/** What would have to be counted otherwise. No row: nothing was ever sent to the user or marked by them. */
export const inboxes = pgTable('inboxes', {
  userId: text('user_id')
    .primaryKey()
    .references(() => users.id),
  /** Own notifications that are settled, unread and not deleted. Raised by senders at their commit, lowered by triggers. */
  unread: bigint('unread', { mode: 'number' }).notNull().default(0),
  /** Own notifications that are settled are read up to this id; null: none is by this. */
  readTo: uuid('read_to'),
  readAt: moment('read_at'),
  /** Marks of broadcasts above the watermark for broadcasts. Kept by triggers. */
  broadcastsSeen: bigint('broadcasts_seen', { mode: 'number' }).notNull().default(0),
});

/**
 * Numbers of the broadcasts that one user marked, as ranges that neither touch nor overlap, so that lists step over any number of
 * them at once. Kept by a trigger on the marks.
 */
export const broadcastRanges = pgTable(
  'broadcast_ranges',
  {
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    /** True: deleted ones. False: those that were read or deleted. */
    hidden: boolean('hidden').notNull(),
    firstNumber: bigint('first_number', { mode: 'number' }).notNull(),
    lastNumber: bigint('last_number', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.hidden, table.firstNumber] })],
);

/** What one user did to one broadcast; no row: neither read nor deleted. */
export const broadcastMarks = pgTable(
  'broadcast_marks',
  {
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    notificationId: uuid('notification_id')
      .notNull()
      .references(() => notifications.id, { onDelete: 'cascade' }),
    readAt: moment('read_at'),
    hiddenAt: moment('hidden_at'),
    /** That of the broadcast; given by a trigger. */
    broadcastNumber: bigint('broadcast_number', { mode: 'number' }),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.notificationId] }),
    index('broadcast_marks_number').on(table.userId, table.broadcastNumber),
  ],
);

/** One row: how many broadcasts there are, which is also the number of the newest one. */
export const broadcastTotal = pgTable(
  'broadcast_total',
  {
    id: integer('id').primaryKey().default(1),
    total: bigint('total', { mode: 'number' }).notNull().default(0),
  },
  (table) => [check('broadcast_total_one_row', sql`${table.id} = 1`)],
);

/** Up to which broadcast a user has read all. No row: none since they came. */
export const broadcastWatermarks = pgTable('broadcast_watermarks', {
  userId: text('user_id')
    .primaryKey()
    .references(() => users.id),
  readTo: bigint('read_to', { mode: 'number' }).notNull(),
  readAt: moment('read_at').notNull(),
});
