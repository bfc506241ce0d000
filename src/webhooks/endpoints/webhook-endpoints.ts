import { Injectable } from '@nestjs/common';
import { asc, count, eq, sql } from 'drizzle-orm';
import { uuidv7 } from 'uuidv7';
import { AuditLog } from '../../audit/audit-log.js';
import type { AuditAction, AuditDetails } from '../../audit/audit-event.js';
import { authorOf } from '../../auth/principal/actor.js';
import type { Principal } from '../../auth/principal/principal.js';
import type { Queryable } from '../../database/backend/transaction.js';
import { Database } from '../../database/database.js';
import { isUuid } from '../../database/uuid.js';
import { ServiceError } from '../../errors/error/service-error.js';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.js';
import { ListeningEndpoints } from '../outbox/listening-endpoints.js';
import { newSecret } from '../sending/webhook-signature.js';
import { WebhookAddresses } from '../sending/webhook-addresses.js';
import { WebhookSender } from '../sending/webhook-sender.js';
import { webhookEndpoints } from '../store/webhooks.table.js';
import type { ChangeWebhookDto, CreateWebhookDto, WebhookDto, WebhookWithSecretDto } from './webhook-endpoints.dto.js';

const MOST_ENDPOINTS = 100;
const DEFAULT_OVERLAP_SECONDS = 86_400;

/** The state of an endpoint without failures. */
const FRESH = { disabledAt: null, disabledReason: null, failingSince: null, failures: 0, pausedUntil: null };

type Endpoint = typeof webhookEndpoints.$inferSelect;

/** Creates, changes and deletes the endpoints. */
@Injectable()
export class WebhookEndpoints {
  constructor(
    private readonly addresses: WebhookAddresses,
    private readonly database: Database,
    private readonly listening: ListeningEndpoints,
    private readonly sender: WebhookSender,
    private readonly audit: AuditLog,
  ) {}

  /**
   * A repeated request returns the endpoint that the first one created. Throws invalid_message for a URL that may not receive
   * webhooks, and conflict if there are 100 endpoints.
   */
  async create(
    request: IdempotentRequest | null,
    actor: Principal,
    body: CreateWebhookDto,
  ): Promise<WebhookWithSecretDto> {
    this.requireAddress(body.url);
    // The stored result is the id, because the response contains the secret.
    const id = await this.database.transaction((tx) => this.insert(tx.db, actor, body), { once: request });
    this.listening.forget();
    const endpoint = await this.row(id);
    return { ...view(endpoint), secret: endpoint.secret };
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
  async change(actor: Principal, id: string, { enabled, ...changes }: ChangeWebhookDto): Promise<WebhookDto> {
    if (changes.url !== undefined) this.requireAddress(changes.url);
    const before = await this.row(id);
    const isNew = enabled === true || (changes.url !== undefined && before.disabledAt === null);
    const isDisabled = enabled === false && before.disabledAt === null;
    const state = isDisabled
      ? { disabledAt: new Date(), disabledReason: 'administrator' as const }
      : isNew
        ? FRESH
        : {};
    const members = Object.keys({ ...changes, ...(enabled !== undefined && { enabled }) });
    return view(await this.save(actor, before, { ...changes, ...state }, isNew, members));
  }

  /** Throws not_found. */
  async delete(actor: Principal, id: string): Promise<void> {
    const { id: known } = await this.row(id);
    await this.database.transaction(async ({ db }) => {
      await db.delete(webhookEndpoints).where(eq(webhookEndpoints.id, known));
      await this.record(db, actor, 'webhook_deleted', known);
    });
    this.listening.forget();
  }

  /** The old secret also signs for `overlapSeconds`. Throws not_found. */
  async rotateSecret(
    actor: Principal,
    id: string,
    overlapSeconds = DEFAULT_OVERLAP_SECONDS,
  ): Promise<WebhookWithSecretDto> {
    const before = await this.row(id);
    const secret = newSecret();
    const previousUntil = new Date(Date.now() + overlapSeconds * 1_000);
    const changes = { secret, previousSecret: before.secret, previousUntil };
    return { ...view(await this.save(actor, before, changes, false, ['secret'])), secret };
  }

  /** Returns the id. */
  private async insert(
    db: Queryable,
    actor: Principal,
    { url, events, description = '' }: CreateWebhookDto,
  ): Promise<string> {
    const [present] = await db.select({ count: count() }).from(webhookEndpoints);
    if ((present?.count ?? 0) >= MOST_ENDPOINTS) {
      throw new ServiceError('conflict', `There are ${MOST_ENDPOINTS} endpoints.`);
    }
    const id = uuidv7();
    const values = { id, url, events, description, secret: newSecret(), createdBy: actor.userId };
    await db.insert(webhookEndpoints).values(values);
    await this.record(db, actor, 'webhook_created', id, { url });
    return id;
  }

  private async save(
    actor: Principal,
    { id }: Endpoint,
    changes: Partial<Endpoint>,
    isEnabled: boolean,
    members: readonly string[],
  ): Promise<Endpoint> {
    const changed = await this.database.transaction(async ({ db }) => {
      const values = { ...changes, id };
      const [row] = await db.update(webhookEndpoints).set(values).where(eq(webhookEndpoints.id, id)).returning();
      if (isEnabled) await retryPending(db, id);
      if (members.length > 0) await this.record(db, actor, 'webhook_changed', id, { members });
      return required(row);
    });
    this.listening.forget();
    this.sender.wake();
    return changed;
  }

  private record(
    db: Queryable,
    actor: Principal,
    action: AuditAction,
    id: string,
    details: AuditDetails = {},
  ): Promise<void> {
    return this.audit.record(db, { action, author: authorOf(actor), target: { type: 'webhook', id }, details });
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

/** What has waited is due at once, and is retried as long as a new message. A running attempt keeps its claim. */
async function retryPending(db: Queryable, id: string): Promise<void> {
  await db.execute(sql`
    UPDATE webhook_deliveries SET due_at = now(), started_at = now() WHERE endpoint_id = ${id} AND status = 'pending'`);
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
