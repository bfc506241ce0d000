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
import type { MessageObject } from '../../channel-layer/interface/message.js';

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** One row per notification of one user, and one row per broadcast (`userId` null), however many users receive it. */
export const notifications = pgTable(
  'notifications',
  {
    id: uuid('id').primaryKey(),
    userId: text('user_id').references(() => users.id),
    notificationType: text('notification_type').notNull(),
    title: text('title').notNull(),
    message: text('message').notNull(),
    data: exactJsonb('data').$type<MessageObject>().notNull(),
    /**
     * Always null for a broadcast: see `broadcastMarks`. Also null if the owner has read all up to a later one: see
     * `inboxes`.
     */
    readAt: moment('read_at'),
    /**
     * When the notification left the list of its owner: deleted, archived or retracted. Null for a broadcast that was not retracted:
     * see `broadcastMarks`.
     */
    hiddenAt: moment('hidden_at'),
    /** When the owner archived the notification. Null if it was deleted later. */
    archivedAt: moment('archived_at'),
    /** When an administrator retracted it for all recipients. */
    retractedAt: moment('retracted_at'),
    /** It is retracted at this time. Null: never. */
    expiresAt: moment('expires_at'),
    /** A newer notification with the same key replaces it, for the same user or among broadcasts. */
    collapseKey: text('collapse_key'),
    /** The batch that sent it. Null: it was sent by a request. */
    batchId: uuid('batch_id'),
    createdAt: moment('created_at').notNull().defaultNow(),
    /** For a broadcast: consecutive numbers in the order of commits, set by a trigger. Null otherwise. */
    broadcastNumber: bigint('broadcast_number', { mode: 'number' }),
    /**
     * Whether the counter and the watermark in `inboxes` cover this notification. False for notifications inserted by
     * the previous release, and for those with an id below the watermark that were committed after it. Such a
     * notification is counted individually, and only `readAt` says whether it is read.
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
    index('notifications_unread_type')
      .on(table.userId, table.notificationType, table.id)
      .where(sql`${table.readAt} is null and ${table.hiddenAt} is null and ${table.userId} is not null`),
    index('notifications_read')
      .on(table.userId, table.id)
      .where(sql`${table.readAt} is not null and ${table.hiddenAt} is null`),
    index('notifications_archived')
      .on(table.userId, table.id)
      .where(sql`${table.archivedAt} is not null`),
    index('notifications_unsettled')
      .on(table.userId, table.id)
      .where(
        sql`not ${table.settled} and ${table.readAt} is null and ${table.hiddenAt} is null and ${table.userId} is not null`,
      ),
    index('notifications_collapse_key')
      .on(table.collapseKey, table.userId)
      .where(sql`${table.collapseKey} is not null and ${table.hiddenAt} is null`),
    index('notifications_batch')
      .on(table.batchId, table.id)
      .where(sql`${table.batchId} is not null`),
    index('notifications_broadcast')
      .on(table.id, table.broadcastNumber)
      .where(sql`${table.userId} is null`),
    index('notifications_broadcast_number')
      .on(table.broadcastNumber)
      .where(sql`${table.userId} is null`),
    index('notifications_broadcast_type')
      .on(table.notificationType, table.broadcastNumber)
      .where(sql`${table.userId} is null`),
  ],
);

/**
 * Precomputed counts and watermarks of a user, which avoid counting rows. Without a row, nothing was ever sent to the
 * user or marked by them.
 */
export const inboxes = pgTable('inboxes', {
  userId: text('user_id')
    .primaryKey()
    .references(() => users.id),
  /**
   * Number of own notifications that are settled, unread and not deleted. Increased by senders at commit, decreased by
   * triggers.
   */
  unread: bigint('unread', { mode: 'number' }).notNull().default(0),
  /** Settled own notifications up to this id are read. Null: no watermark. */
  readTo: uuid('read_to'),
  readAt: moment('read_at'),
  /** Notifications and broadcasts up to this id are seen. Null: none. */
  seenTo: uuid('seen_to'),
  /** Number of marked broadcasts above the broadcast watermark. Maintained by triggers. */
  broadcastsSeen: bigint('broadcasts_seen', { mode: 'number' }).notNull().default(0),
});

/**
 * Numbers of the broadcasts that one user marked, as ranges that neither touch nor overlap. Lists skip a whole range at
 * once, whatever its size. Maintained by a trigger on the marks.
 */
export const broadcastRanges = pgTable(
  'broadcast_ranges',
  {
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    /** True: deleted or archived broadcasts. False: all marked broadcasts. */
    hidden: boolean('hidden').notNull(),
    firstNumber: bigint('first_number', { mode: 'number' }).notNull(),
    lastNumber: bigint('last_number', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.hidden, table.firstNumber] })],
);

/** Read, deleted and archived marks of one user on one broadcast. Without a row, there is none of them. */
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
    /** When it left the list of the user: deleted or archived. */
    hiddenAt: moment('hidden_at'),
    /** When the user archived it. Null if it was deleted later. */
    archivedAt: moment('archived_at'),
    /** The number of the broadcast, set by a trigger. */
    broadcastNumber: bigint('broadcast_number', { mode: 'number' }),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.notificationId] }),
    index('broadcast_marks_notification').on(table.notificationId, table.userId),
    index('broadcast_marks_archived')
      .on(table.userId, table.notificationId)
      .where(sql`${table.archivedAt} is not null`),
    index('broadcast_marks_read')
      .on(table.userId, table.notificationId)
      .where(sql`${table.readAt} is not null and ${table.hiddenAt} is null`),
  ],
);

/**
 * Numbers of the retracted broadcasts, as ranges that neither touch nor overlap. Counts and lists use them, so a retraction writes
 * no row per user. Maintained by a trigger.
 */
export const broadcastRetractions = pgTable('broadcast_retractions', {
  firstNumber: bigint('first_number', { mode: 'number' }).primaryKey(),
  lastNumber: bigint('last_number', { mode: 'number' }).notNull(),
  /** How many broadcasts with lower numbers were retracted. */
  before: bigint('before', { mode: 'number' }).notNull(),
});

/**
 * Retracted broadcasts whose marks have not all been deleted yet. Such a broadcast is counted both in `broadcastRetractions` and,
 * for users with a mark, in `inboxes.broadcastsSeen`.
 */
export const unsettledRetractions = pgTable('unsettled_retractions', {
  notificationId: uuid('notification_id')
    .primaryKey()
    .references(() => notifications.id, { onDelete: 'cascade' }),
  broadcastNumber: bigint('broadcast_number', { mode: 'number' }).notNull(),
});

/** A single row with the number of broadcasts, which is also the number of the newest one. */
export const broadcastTotal = pgTable(
  'broadcast_total',
  {
    id: integer('id').primaryKey().default(1),
    total: bigint('total', { mode: 'number' }).notNull().default(0),
  },
  (table) => [check('broadcast_total_one_row', sql`${table.id} = 1`)],
);

/**
 * The number up to which a user has read all broadcasts. Without a row, no such watermark was set since the user was
 * created.
 */
export const broadcastWatermarks = pgTable('broadcast_watermarks', {
  userId: text('user_id')
    .primaryKey()
    .references(() => users.id),
  readTo: bigint('read_to', { mode: 'number' }).notNull(),
  readAt: moment('read_at').notNull(),
});
