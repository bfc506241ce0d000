import { Injectable } from '@nestjs/common';
import { and, desc, eq, lt, sql } from 'drizzle-orm';
import { Database } from '../../database/database.js';
import { execute } from '../../database/execute.js';
import { momentOf } from '../../input/moment.js';
import { pageOf, pageRequest } from '../../pagination/page.js';
import type { Page } from '../../pagination/page.js';
import { WebhookOutbox } from '../outbox/webhook-outbox.js';
import { WebhookSender } from '../sending/webhook-sender.js';
import { matchesEvent, TEST_EVENT, WEBHOOK_EVENTS } from '../store/webhook-events.js';
import { webhookDeliveries, webhookMessages } from '../store/webhooks.table.js';
import { WebhookEndpoints } from './webhook-endpoints.js';
import type { WebhookDeliveryDto, WebhookDeliveryQuery } from './webhook-endpoints.dto.js';

const POSITION = /^\d{1,19}$/;

/** What was sent to an endpoint, test messages, and replays. All methods throw not_found for an unknown endpoint. */
@Injectable()
export class WebhookRecord {
  constructor(
    private readonly database: Database,
    private readonly endpoints: WebhookEndpoints,
    private readonly outbox: WebhookOutbox,
    private readonly sender: WebhookSender,
  ) {}

  /** Newest first. */
  async list(id: string, query: WebhookDeliveryQuery): Promise<Page<WebhookDeliveryDto>> {
    await this.endpoints.find(id);
    const page = pageRequest(query, POSITION);
    const { endpointId, messageId, position, status } = webhookDeliveries;
    const rows = await this.database.db
      .select({ delivery: webhookDeliveries, event: webhookMessages.event, createdAt: webhookMessages.createdAt })
      .from(webhookDeliveries)
      .innerJoin(webhookMessages, eq(webhookMessages.id, messageId))
      .where(
        and(
          eq(endpointId, id),
          query.status === undefined ? undefined : eq(status, query.status),
          page.after === null ? undefined : lt(position, Number(page.after)),
        ),
      )
      .orderBy(desc(position))
      .limit(page.take);
    return pageOf(rows, page, ({ delivery }) => String(delivery.position), view);
  }

  /** Sends the event `webhook.test`. Returns the id of the message. */
  async test(id: string): Promise<string> {
    await this.endpoints.find(id);
    const data = { text: 'This is a test.' };
    const [messageId = ''] = await this.database.transaction((tx) =>
      this.outbox.store(tx, [id], [{ event: TEST_EVENT, subject: `webhook ${id}`, data }]),
    );
    return messageId;
  }

  /** Sends all events since a time again, also those that no endpoint of this kind had received. Returns their number. */
  async replay(id: string, since: string): Promise<number> {
    const { events } = await this.endpoints.find(id);
    const from = momentOf(since, '#/since');
    const names = WEBHOOK_EVENTS.filter((event) => matchesEvent(events, event));
    const { rows } = await execute<{ replayed: number }>(
      this.database.db,
      sql`
      WITH replayed AS (
        INSERT INTO webhook_deliveries AS delivery (endpoint_id, message_id, position, subject)
        SELECT ${id}::uuid, id, position, subject FROM webhook_messages
        WHERE created_at >= ${from.toISOString()}::timestamptz AND event = any(${sql.param(names)}::text[])
        -- A running attempt keeps its claim.
        ON CONFLICT (endpoint_id, message_id) DO UPDATE SET
          status = 'pending', due_at = now(), started_at = now(), updated_at = now(),
          attempts = CASE WHEN delivery.claimed_until >= now() THEN delivery.attempts ELSE 0 END
        RETURNING 1
      )
      SELECT count(*)::int AS replayed FROM replayed`,
    );
    this.sender.wake();
    return rows[0]?.replayed ?? 0;
  }
}

interface Row {
  readonly delivery: typeof webhookDeliveries.$inferSelect;
  readonly event: string;
  readonly createdAt: Date;
}

function view({ delivery, event, createdAt }: Row): WebhookDeliveryDto {
  return {
    message_id: delivery.messageId,
    event,
    status: delivery.status,
    attempts: delivery.attempts,
    last_status: delivery.lastStatus,
    last_error: delivery.lastError,
    due_at: delivery.status === 'pending' ? delivery.dueAt.toISOString() : null,
    created_at: createdAt.toISOString(),
  };
}
