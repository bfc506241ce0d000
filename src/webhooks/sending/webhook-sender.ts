import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { Database } from '../../database/database.js';
import { EndpointFailures } from './endpoint-failures.js';
import { WebhookAddresses } from './webhook-addresses.js';
import { WebhookQueue } from './webhook-queue.js';
import type { ClaimedWebhook } from './webhook-queue.js';
import { postWebhook } from './webhook-request.js';
import { signature } from './webhook-signature.js';

/** Time between two checks for messages of other processes and for retries that are due. */
const POLL_MS = 1_000;
/** Requests to one endpoint at the same time, about different subjects. */
const AT_ONCE = 20;

/** Sends the stored messages, in processes with the role `worker`. */
@Injectable()
export class WebhookSender implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Webhooks');
  private timer: NodeJS.Timeout | undefined;
  private claiming: Promise<void> | undefined;
  private readonly attempts = new Set<Promise<void>>();
  private again = false;
  private stopping = false;

  constructor(
    private readonly settings: Settings,
    private readonly database: Database,
    private readonly queue: WebhookQueue,
    private readonly failures: EndpointFailures,
    private readonly addresses: WebhookAddresses,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.settings.process.roles.includes('worker')) return;
    this.timer = setInterval(() => {
      this.wake();
    }, POLL_MS).unref();
    this.wake();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    await this.claiming;
    await Promise.all(this.attempts);
  }

  /** Call after a commit that stored messages. Does nothing in processes without the role `worker`. */
  wake(): void {
    if (this.timer === undefined || this.stopping) return;
    this.again = true;
    this.claiming ??= this.claim().finally(() => {
      this.claiming = undefined;
    });
  }

  private async claim(): Promise<void> {
    while (this.again && !this.stopping) {
      this.again = false;
      try {
        const claimed = await this.database.asJob(() => this.queue.claim(AT_ONCE));
        for (const webhook of claimed) this.start(webhook);
      } catch (error) {
        this.logger.warn(`webhooks could not be claimed; retrying: ${String(error)}`);
        return;
      }
    }
  }

  private start(webhook: ClaimedWebhook): void {
    const attempt = this.database
      .asJob(() => this.attempt(webhook))
      .catch((error: unknown) => {
        // The claim expires, and the message is sent again.
        this.logger.warn(`the outcome of a webhook could not be stored; it will be sent again: ${String(error)}`);
      })
      .finally(() => {
        this.attempts.delete(attempt);
        this.wake();
      });
    this.attempts.add(attempt);
  }

  private async attempt(webhook: ClaimedWebhook): Promise<void> {
    const { messageId: id, body, url, secret, previousSecret } = webhook;
    const timestamp = Math.floor(Date.now() / 1_000);
    const secrets = previousSecret === null ? [secret] : [secret, previousSecret];
    const headers = {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'Tidings-Webhooks',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signature(secrets, { id, timestamp, body }),
    };
    const answer = await postWebhook(this.addresses, { url, headers, body });
    if (answer.status !== null && answer.status >= 200 && answer.status < 300) {
      await this.queue.delivered(webhook, answer.status);
    } else {
      await this.failures.handle(webhook, answer);
    }
  }
}
