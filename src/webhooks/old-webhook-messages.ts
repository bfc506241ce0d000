import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { Database } from '../database/database.js';
import { execute } from '../database/execute.js';
import { ExpiringRows } from '../database/trimmer.js';

const STEP = 1_000;

/**
 * Webhook messages expire after HISTORY_DAYS, unless they are still to be sent to an enabled endpoint. Their deliveries are deleted with
 * them.
 */
@Injectable()
export class OldWebhookMessages extends ExpiringRows {
  readonly description = 'webhook messages';
  readonly trimEveryMs = 10 * 60_000;

  constructor(private readonly database: Database) {
    super();
  }

  async deleteSome(days: number): Promise<number> {
    const { rows } = await execute<{ id: string }>(
      this.database.db,
      sql`
      DELETE FROM webhook_messages WHERE id = any(array(
        SELECT id FROM webhook_messages AS message
        WHERE created_at < now() - make_interval(days => ${days}::int) AND NOT EXISTS (
          SELECT FROM webhook_deliveries AS delivery JOIN webhook_endpoints AS endpoint ON endpoint.id = delivery.endpoint_id
          WHERE delivery.message_id = message.id AND delivery.status = 'pending' AND endpoint.disabled_at IS NULL
        )
        LIMIT ${STEP}))
      RETURNING id`,
    );
    return rows.length;
  }
}
