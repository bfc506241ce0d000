import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { uuidv7 } from 'uuidv7';
import type { Transaction } from '../../database/backend/transaction.js';
import { stringifyExact } from '../../exact-json/exact-json.js';
import { WebhookSender } from '../sending/webhook-sender.js';
import { ListeningEndpoints } from './listening-endpoints.js';

export interface WebhookEvent {
  readonly event: string;
  /** What the event is about. Events about one subject are sent in their order. */
  readonly subject: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Stores events for the endpoints that receive them, in the transaction in which they occur. */
@Injectable()
export class WebhookOutbox {
  constructor(
    private readonly listening: ListeningEndpoints,
    private readonly sender: WebhookSender,
  ) {}

  /** `data` is called only if an endpoint receives the event. */
  async append(
    tx: Transaction,
    event: string,
    data: () => Promise<readonly Omit<WebhookEvent, 'event'>[]> | readonly Omit<WebhookEvent, 'event'>[],
  ): Promise<void> {
    const endpoints = await this.listening.ids(tx.db, event);
    if (endpoints.length === 0) return;
    await this.store(
      tx,
      endpoints,
      (await data()).map((each) => ({ event, ...each })),
    );
  }

  /** Stores the events for these endpoints. Returns the ids of the messages. */
  async store(tx: Transaction, endpoints: readonly string[], events: readonly WebhookEvent[]): Promise<string[]> {
    if (events.length === 0) return [];
    const timestamp = new Date().toISOString();
    const messages = events.map(({ event, subject, data }) => ({
      id: uuidv7(),
      event,
      subject,
      body: stringifyExact({ type: event, timestamp, data }),
    }));
    await tx.db.execute(sql`
      WITH given AS (
        SELECT * FROM json_to_recordset(${JSON.stringify(messages)}::json) AS given(id uuid, event text, subject text, body text)
      ), message AS (
        INSERT INTO webhook_messages (id, event, subject, body) SELECT id, event, subject, body FROM given ORDER BY id
        RETURNING id, position, subject
      )
      INSERT INTO webhook_deliveries (endpoint_id, message_id, position, subject, due_at)
      -- Behind a message that is retried later, it is not due either, so that it does not stand in the way of other subjects.
      SELECT endpoint.id, message.id, message.position, message.subject, greatest(now(), (
        SELECT max(due_at) FROM webhook_deliveries AS earlier
        WHERE earlier.endpoint_id = endpoint.id AND earlier.subject = message.subject AND earlier.status = 'pending'
      ))
      FROM message, (
        -- An endpoint may have been deleted since the list was read.
        SELECT id FROM webhook_endpoints WHERE id = any(${sql.param([...endpoints])}::uuid[]) FOR KEY SHARE
      ) AS endpoint`);
    tx.afterCommit(() => {
      this.sender.wake();
    });
    return messages.map(({ id }) => id);
  }
}
