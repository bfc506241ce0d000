import { Injectable } from '@nestjs/common';
import { asc, count, eq } from 'drizzle-orm';
import { uuidv7 } from 'uuidv7';
import { Settings } from '../../config/settings.js';
import { Database } from '../../database/database.js';
import { isUuid } from '../../database/uuid.js';
import { ServiceError } from '../../errors/service-error.js';
import { ListeningEndpoints } from '../outbox/listening-endpoints.js';
import { newSecret } from '../sending/webhook-signature.js';
import { WebhookAddresses } from '../sending/webhook-addresses.js';
import { WebhookSender } from '../sending/webhook-sender.js';
import { webhookEndpoints } from '../store/webhooks.table.js';
import type { ChangeWebhookDto, CreateWebhookDto, WebhookDto, WebhookWithSecretDto } from './webhook-endpoints.dto.js';

const MOST_ENDPOINTS = 100;
const DEFAULT_OVERLAP_SECONDS = 86_400;

type Endpoint = typeof webhookEndpoints.$inferSelect;

/** Creates, changes and deletes the endpoints. */
@Injectable()
export class WebhookEndpoints {
  private readonly addresses: WebhookAddresses;

  constructor(
    settings: Settings,
    private readonly database: Database,
    private readonly listening: ListeningEndpoints,
    private readonly sender: WebhookSender,
  ) {
    this.addresses = new WebhookAddresses(settings.webhooks.webhookPrivateHosts);
  }

  /** Throws invalid_message for a URL that may not receive webhooks, and conflict if there are 100 endpoints. */
  async create(userId: string, { url, events, description = '' }: CreateWebhookDto): Promise<WebhookWithSecretDto> {
    this.requireAddress(url);
    const secret = newSecret();
    const endpoint = await this.database.transaction(async ({ db }) => {
      const [present] = await db.select({ count: count() }).from(webhookEndpoints);
      if ((present?.count ?? 0) >= MOST_ENDPOINTS)
        throw new ServiceError('conflict', `There are ${MOST_ENDPOINTS} endpoints.`);
      const values = { id: uuidv7(), url, events, description, secret, createdBy: userId };
      const [created] = await db.insert(webhookEndpoints).values(values).returning();
      return created as Endpoint;
    });
    this.listening.forget();
    return { ...view(endpoint), secret };
  }

  /** Oldest first. */
  async list(): Promise<WebhookDto[]> {
    const rows = await this.database.db.select().from(webhookEndpoints).orderBy(asc(webhookEndpoints.id));
    return rows.map(view);
  }

  /** Throws not_found. */
  async find(id: string): Promise<WebhookDto> {
    return view(await this.row(id));
  }

  /** Throws not_found, and invalid_message for a URL that may not receive webhooks. */
  async change(id: string, { enabled, ...changes }: ChangeWebhookDto): Promise<WebhookDto> {
    const before = await this.row(id);
    if (changes.url !== undefined) this.requireAddress(changes.url);
    const fresh = { disabledAt: null, disabledReason: null, failingSince: null, failures: 0, pausedUntil: null };
    const state =
      enabled === false && before.disabledAt === null
        ? { disabledAt: new Date(), disabledReason: 'administrator' as const }
        : enabled === true || changes.url !== undefined
          ? {
              ...fresh,
              ...(enabled === undefined && { disabledAt: before.disabledAt, disabledReason: before.disabledReason }),
            }
          : {};
    const values = Object.fromEntries(
      Object.entries({ ...changes, ...state }).filter(([, value]) => value !== undefined),
    );
    const [changed] =
      Object.keys(values).length === 0
        ? [before]
        : await this.database.db
            .update(webhookEndpoints)
            .set(values)
            .where(eq(webhookEndpoints.id, before.id))
            .returning();
    this.listening.forget();
    this.sender.wake();
    return view(required(changed));
  }

  /** Throws not_found. */
  async delete(id: string): Promise<void> {
    const { id: known } = await this.row(id);
    await this.database.db.delete(webhookEndpoints).where(eq(webhookEndpoints.id, known));
    this.listening.forget();
  }

  /** The old secret also signs for `overlapSeconds`. Throws not_found. */
  async rotateSecret(id: string, overlapSeconds = DEFAULT_OVERLAP_SECONDS): Promise<WebhookWithSecretDto> {
    const { id: known, secret: previousSecret } = await this.row(id);
    const secret = newSecret();
    const previousUntil = new Date(Date.now() + overlapSeconds * 1_000);
    const [changed] = await this.database.db
      .update(webhookEndpoints)
      .set({ secret, previousSecret, previousUntil })
      .where(eq(webhookEndpoints.id, known))
      .returning();
    return { ...view(required(changed)), secret };
  }

  private requireAddress(url: string): void {
    const detail = this.addresses.problemOf(url);
    if (detail === null) return;
    throw new ServiceError('invalid_message', `url ${detail}`, { errors: [{ pointer: '#/url', detail }] });
  }

  private async row(id: string): Promise<Endpoint> {
    const rows = isUuid(id)
      ? await this.database.db.select().from(webhookEndpoints).where(eq(webhookEndpoints.id, id))
      : [];
    return required(rows[0]);
  }
}

function required(endpoint: Endpoint | undefined): Endpoint {
  if (endpoint) return endpoint;
  throw new ServiceError('not_found', 'There is no such webhook endpoint.');
}

function view({
  id,
  url,
  events,
  description,
  disabledAt,
  disabledReason,
  failingSince,
  createdAt,
}: Endpoint): Pick<WebhookDto, keyof WebhookDto> {
  return {
    id,
    url,
    events,
    description,
    enabled: disabledAt === null,
    disabled_reason: disabledReason,
    failing_since: failingSince?.toISOString() ?? null,
    created_at: createdAt.toISOString(),
  };
}
