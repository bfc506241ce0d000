import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { Database } from '../../database/database.js';
import { execute } from '../../database/execute.js';
import type { Queryable } from '../../database/backend/transaction.js';

/** A worker that has not finished an attempt after this time was killed. Longer than the timeout of a request. */
const CLAIM_SECONDS = 30;
/** Maximum number of due messages of an endpoint that one claim looks at, messages behind an attempt that is running included. */
const WINDOW = 2_000;

/** A message that this worker is sending. */
export interface ClaimedWebhook {
  readonly endpointId: string;
  readonly messageId: string;
  readonly subject: string;
  /** Number of this attempt, from 1. */
  readonly attempt: number;
  readonly startedAt: string | Date;
  readonly body: string;
  readonly url: string;
  readonly secret: string;
  /** Null after the overlap of a rotation. */
  readonly previousSecret: string | null;
}

/** The pending deliveries in the database. Of each subject, only the oldest message of an endpoint is sent. */
@Injectable()
export class WebhookQueue {
  constructor(private readonly database: Database) {}

  /**
   * Claims messages that are due. At most `limit` messages of an endpoint are claimed at a time, over all workers; after a pause of the
   * endpoint, a single one.
   */
  async claim(limit: number): Promise<ClaimedWebhook[]> {
    const { rows } = await execute<ClaimedWebhook>(
      this.database.db,
      sql`
      WITH due AS (
        SELECT pending.endpoint_id, pending.message_id
        FROM webhook_endpoints AS endpoint, LATERAL (
          SELECT oldest.* FROM (
            SELECT * FROM webhook_deliveries
            WHERE endpoint_id = endpoint.id AND status = 'pending' AND due_at <= now()
              AND (claimed_until IS NULL OR claimed_until < now())
            ORDER BY position LIMIT ${WINDOW}
          ) AS oldest
          WHERE NOT EXISTS (
            SELECT FROM webhook_deliveries AS earlier
            WHERE earlier.endpoint_id = oldest.endpoint_id AND earlier.subject = oldest.subject
              AND earlier.status = 'pending' AND earlier.position < oldest.position
          )
          ORDER BY oldest.position LIMIT greatest(0, CASE WHEN endpoint.paused_until IS NULL THEN ${limit}::int ELSE 1 END - (
            SELECT count(*) FROM webhook_deliveries
            WHERE endpoint_id = endpoint.id AND status = 'pending' AND claimed_until >= now()
          ))
        ) AS pending
        WHERE endpoint.disabled_at IS NULL AND (endpoint.paused_until IS NULL OR endpoint.paused_until <= now())
      ), claimed AS (
        UPDATE webhook_deliveries AS delivery
        SET claimed_until = now() + make_interval(secs => ${CLAIM_SECONDS}), attempts = attempts + 1, updated_at = now()
        FROM due
        WHERE delivery.endpoint_id = due.endpoint_id AND delivery.message_id = due.message_id AND delivery.status = 'pending'
          AND (delivery.claimed_until IS NULL OR delivery.claimed_until < now())
        RETURNING delivery.*
      )
      SELECT claimed.endpoint_id AS "endpointId", claimed.message_id AS "messageId", claimed.subject, claimed.attempts AS attempt,
             claimed.started_at AS "startedAt", message.body, endpoint.url, endpoint.secret,
             CASE WHEN endpoint.previous_until > now() THEN endpoint.previous_secret END AS "previousSecret"
      FROM claimed
      JOIN webhook_messages AS message ON message.id = claimed.message_id
      JOIN webhook_endpoints AS endpoint ON endpoint.id = claimed.endpoint_id
      ORDER BY claimed.position`,
    );
    return rows;
  }

  /** The endpoint accepted the message. */
  async delivered(webhook: ClaimedWebhook, status: number): Promise<void> {
    const { endpointId } = webhook;
    await this.database.transaction(async ({ db }) => {
      // Always the endpoint first, like the deletion of an endpoint, so that the two do not deadlock.
      await db.execute(sql`
        UPDATE webhook_endpoints SET failing_since = NULL, failures = 0, paused_until = NULL
        WHERE id = ${endpointId} AND (failures > 0 OR paused_until IS NOT NULL)`);
      await finish(db, webhook, sql`status = 'delivered', last_status = ${status}::int, last_error = NULL`);
    });
  }

  /**
   * The attempt failed. `retryAfterMs`: when the messages about this subject are due again; null: this message is not sent any more.
   * Returns the number of failures in a row at the endpoint, and since when it fails.
   */
  async failed(
    webhook: ClaimedWebhook,
    {
      status,
      error,
      retryAfterMs,
    }: { readonly status: number | null; readonly error: string; readonly retryAfterMs: number | null },
  ): Promise<{ readonly failures: number; readonly failingSince: Date }> {
    const { endpointId, subject } = webhook;
    return this.database.transaction(async ({ db }) => {
      const { rows } = await execute<{ failures: number; since: string | Date }>(
        db,
        sql`UPDATE webhook_endpoints SET failures = failures + 1, failing_since = coalesce(failing_since, now())
            WHERE id = ${endpointId} RETURNING failures, failing_since AS since`,
      );
      const outcome = sql`last_status = ${status}::int, last_error = ${error}`;
      await finish(db, webhook, retryAfterMs === null ? sql`status = 'failed', ${outcome}` : outcome);
      if (retryAfterMs !== null) {
        await db.execute(sql`
          UPDATE webhook_deliveries SET due_at = now() + make_interval(secs => ${retryAfterMs / 1_000}::float8)
          WHERE endpoint_id = ${endpointId} AND subject = ${subject} AND status = 'pending'`);
      }
      return { failures: rows[0]?.failures ?? 0, failingSince: new Date(rows[0]?.since ?? Date.now()) };
    });
  }

  /** Sends nothing to the endpoint for this time, and then one message as a trial. */
  async pause(endpointId: string, ms: number): Promise<void> {
    await this.database.db.execute(sql`
      UPDATE webhook_endpoints SET paused_until = now() + make_interval(secs => ${ms / 1_000}::float8) WHERE id = ${endpointId}`);
  }
}

/** Does nothing if the claim has expired and another attempt has begun: its outcome counts. */
async function finish(
  db: Queryable,
  { endpointId, messageId, attempt }: ClaimedWebhook,
  changes: ReturnType<typeof sql>,
): Promise<void> {
  await db.execute(sql`
    UPDATE webhook_deliveries SET ${changes}, claimed_until = NULL, updated_at = now()
    WHERE endpoint_id = ${endpointId} AND message_id = ${messageId} AND attempts = ${attempt}`);
}
