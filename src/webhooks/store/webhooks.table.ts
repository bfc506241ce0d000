import { sql } from 'drizzle-orm';
import { bigint, index, integer, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { users } from '../../auth/users/users.table.js';

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

export type WebhookStatus = 'pending' | 'delivered' | 'failed';

/** URLs of other services that receive events. */
export const webhookEndpoints = pgTable('webhook_endpoints', {
  id: uuid('id').primaryKey(),
  url: text('url').notNull(),
  description: text('description').notNull().default(''),
  /** Names of events, `order.*` for all events of a kind, or `*`. */
  events: text('events').array().notNull(),
  /** Base64 of the HMAC key. It signs messages, so it must be readable. */
  secret: text('secret').notNull(),
  /** The replaced secret, which also signs until `previousUntil`. */
  previousSecret: text('previous_secret'),
  previousUntil: moment('previous_until'),
  /** Null: enabled. */
  disabledAt: moment('disabled_at'),
  disabledReason: text('disabled_reason').$type<'failing' | 'gone' | 'administrator'>(),
  /** The first failure since the last success; null: the last attempt succeeded. */
  failingSince: moment('failing_since'),
  /** The number of failures in a row. */
  failures: integer('failures').notNull().default(0),
  /** While many attempts fail, nothing is sent before this time. */
  pausedUntil: moment('paused_until'),
  createdBy: text('created_by').references(() => users.id),
  createdAt: moment('created_at').notNull().defaultNow(),
});

/** Events that at least one endpoint receives. */
export const webhookMessages = pgTable(
  'webhook_messages',
  {
    id: uuid('id').primaryKey(),
    /** Messages about one subject are sent in this order. */
    position: bigint('position', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    event: text('event').notNull(),
    /** What the message is about, such as `order 01936e0a-...`. */
    subject: text('subject').notNull(),
    /** The body of the request. Text, because the signature covers its bytes. */
    body: text('body').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [index('webhook_messages_created_at').on(table.createdAt)],
);

/** A message to one endpoint. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    endpointId: uuid('endpoint_id')
      .notNull()
      .references(() => webhookEndpoints.id, { onDelete: 'cascade' }),
    messageId: uuid('message_id')
      .notNull()
      .references(() => webhookMessages.id, { onDelete: 'cascade' }),
    /** Of the message. */
    position: bigint('position', { mode: 'number' }).notNull(),
    subject: text('subject').notNull(),
    status: text('status').$type<WebhookStatus>().notNull().default('pending'),
    attempts: integer('attempts').notNull().default(0),
    /** HTTP status of the last attempt; null: no answer. */
    lastStatus: integer('last_status'),
    lastError: text('last_error'),
    /** Not sent before this time. */
    dueAt: moment('due_at').notNull().defaultNow(),
    /** A worker is sending the message. If it has not finished by then, it was killed. */
    claimedUntil: moment('claimed_until'),
    /** When retries began: the creation, or the replay. */
    startedAt: moment('started_at').notNull().defaultNow(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.endpointId, table.messageId] }),
    index('webhook_deliveries_pending')
      .on(table.endpointId, table.position)
      .where(sql`${table.status} = 'pending'`),
    index('webhook_deliveries_subject')
      .on(table.endpointId, table.subject, table.position)
      .where(sql`${table.status} = 'pending'`),
    index('webhook_deliveries_claimed')
      .on(table.endpointId, table.claimedUntil)
      .where(sql`${table.status} = 'pending' AND ${table.claimedUntil} IS NOT NULL`),
    index('webhook_deliveries_message_id').on(table.messageId),
  ],
);
