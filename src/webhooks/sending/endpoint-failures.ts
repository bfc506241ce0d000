import { Injectable } from '@nestjs/common';
import { and, eq, isNull } from 'drizzle-orm';
import { administrators } from '../../auth/users/administrators.js';
import { Settings } from '../../config/settings.js';
import { Database } from '../../database/database.js';
import type { Transaction } from '../../database/backend/transaction.js';
import { NotificationSender } from '../../notifications/sending/notification-sender.js';
import { webhookEndpoints } from '../store/webhooks.table.js';
import { WebhookQueue } from './webhook-queue.js';
import type { ClaimedWebhook } from './webhook-queue.js';
import type { WebhookAnswer } from './webhook-request.js';

const HOUR_MS = 3_600_000;
/** How long a message is retried, and after how long without a success an endpoint is disabled. */
const GIVE_UP_MS = 72 * HOUR_MS;
const LONGEST_DELAY_MS = 8 * HOUR_MS;
/** After this many failures in a row, the endpoint is tried with one message at a time. */
const PAUSE_AFTER = 10;
const LONGEST_PAUSE_MS = 5 * 60_000;
const GONE = 410;

/** Decides what follows a failed attempt: a retry, the end of the message, a pause or the end of the endpoint. */
@Injectable()
export class EndpointFailures {
  constructor(
    private readonly settings: Settings,
    private readonly database: Database,
    private readonly queue: WebhookQueue,
    private readonly sender: NotificationSender,
  ) {}

  async handle(webhook: ClaimedWebhook, answer: WebhookAnswer): Promise<void> {
    const error = answer.error ?? `answered ${answer.status}`;
    const wanted = answer.status === null ? null : answer.retryAfterMs;
    const delay = Math.max(this.delay(webhook.attempt), Math.min(wanted ?? 0, LONGEST_DELAY_MS));
    const isOver = Date.now() + delay - new Date(webhook.startedAt).getTime() > GIVE_UP_MS;
    const retryAfterMs = isOver ? null : delay;
    const { failures, failingSince } = await this.queue.failed(webhook, { status: answer.status, error, retryAfterMs });
    if (answer.status === GONE) await this.disable(webhook, 'gone', error);
    else if (Date.now() - failingSince.getTime() > GIVE_UP_MS) await this.disable(webhook, 'failing', error);
    else if (failures >= PAUSE_AFTER) {
      await this.queue.pause(webhook.endpointId, Math.min(this.delay(failures - PAUSE_AFTER + 1), LONGEST_PAUSE_MS));
    }
  }

  /** Doubles with each attempt. A random part keeps messages that failed together apart. */
  private delay(attempt: number): number {
    const first = this.settings.webhooks.webhookRetryDelay * 1_000;
    const longest = Math.min(first * 2 ** Math.min(attempt - 1, 20), LONGEST_DELAY_MS);
    return longest * (0.75 + Math.random() / 4);
  }

  /** Notifies all administrators. Pending messages are kept: they are sent when an administrator enables the endpoint again. */
  private async disable({ endpointId, url }: ClaimedWebhook, reason: 'gone' | 'failing', error: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const disabled = await tx.db
        .update(webhookEndpoints)
        .set({ disabledAt: new Date(), disabledReason: reason })
        .where(and(eq(webhookEndpoints.id, endpointId), isNull(webhookEndpoints.disabledAt)))
        .returning({ id: webhookEndpoints.id });
      if (disabled.length > 0) await this.notifyAdmins(tx, endpointId, new URL(url).host, error);
    });
  }

  private async notifyAdmins(tx: Transaction, endpointId: string, host: string, error: string): Promise<void> {
    await this.sender.notify(tx, await administrators(tx.db), {
      notificationType: 'general',
      title: 'A webhook endpoint was disabled',
      message: `The webhook endpoint at ${host} was disabled. Its last answer: ${error}.`,
      data: { webhook_endpoint_id: endpointId },
    });
  }
}
