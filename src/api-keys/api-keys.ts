import { Injectable } from '@nestjs/common';
import { desc, eq, lt, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { uuidv7 } from 'uuidv7';
import { AuditLog } from '../audit/audit-log.js';
import type { AuditAction, AuditDetails } from '../audit/audit-event.js';
import { newApiKey } from '../auth/api-keys/api-key.js';
import { apiKeys } from '../auth/api-keys/api-keys.table.js';
import type { Author } from '../auth/principal/actor.js';
import type { Scope } from '../auth/principal/scopes.js';
import { Database } from '../database/database.js';
import type { Queryable } from '../database/backend/transaction.js';
import { isUuid, UUID } from '../database/uuid.js';
import { ServiceError } from '../errors/error/service-error.js';
import { momentOf } from '../input/moment.js';
import type { IdempotentRequest } from '../idempotency/idempotent-request.js';
import { pageOf, pageRequest } from '../pagination/page.js';
import type { Page, PageQuery } from '../pagination/page.js';
import { DEFAULT_OVERLAP } from './api-keys.dto.js';
import type { ApiKeyDto, ChangeApiKeyDto, NewApiKeyDto } from './api-keys.dto.js';

export interface ApiKeyRequest {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Null: the key does not expire. */
  readonly expiresAt: string | null;
}

/** Creates, changes, rotates and revokes API keys. `ApiKeyVerifier` in `auth` verifies them. */
@Injectable()
export class ApiKeys {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Creates a key. The answer stored for an Idempotency-Key must not contain the secret, so a repeated request rotates the key with
   * the default overlap: the secrets of both answers are valid. Throws invalid_message if the key would have expired already.
   */
  async create(
    request: IdempotentRequest | null,
    author: Author,
    { name, scopes, expiresAt }: ApiKeyRequest,
  ): Promise<NewApiKeyDto> {
    const made = newApiKey();
    const stored = await this.database.transaction(
      async ({ db }) => {
        const key = { id: uuidv7(), prefix: made.prefix, hash: made.hash, createdBy: author.userId };
        const [row] = await db
          .insert(apiKeys)
          .values({ ...key, name, scopes: [...scopes], expiresAt: futureOf(expiresAt) })
          .returning();
        await this.note(db, author, 'api_key_created', key.id, { prefix: made.prefix, name, scopes });
        return apiKeyView(required(row));
      },
      { once: request },
    );
    if (stored.prefix !== made.prefix) return this.rotate(author, stored.id, DEFAULT_OVERLAP);
    return { ...stored, key: made.key };
  }

  /** Revoked and expired keys included, newest first. */
  async list(query: PageQuery): Promise<Page<ApiKeyDto>> {
    const request = pageRequest(query, UUID);
    const rows = await this.database.db
      .select()
      .from(apiKeys)
      .where(request.after === null ? undefined : lt(apiKeys.id, request.after))
      .orderBy(desc(apiKeys.id))
      .limit(request.take);
    return pageOf(rows, request, ({ id }) => id, apiKeyView);
  }

  /** Throws not_found. */
  async find(id: string): Promise<ApiKeyDto> {
    const [row] = isUuid(id) ? await this.database.db.select().from(apiKeys).where(eq(apiKeys.id, id)) : [];
    return apiKeyView(required(row));
  }

  /** Takes effect with the next request. Throws not_found, conflict (revoked), invalid_message for a time in the past. */
  change(author: Author, id: string, { name, scopes, expires_at: expiresAt }: ChangeApiKeyDto): Promise<ApiKeyDto> {
    const expiry = expiresAt === undefined ? undefined : futureOf(expiresAt);
    return this.database.transaction(async ({ db }) => {
      const before = await lockUsable(db, id);
      const changes = { name: name ?? before.name, scopes: scopes ?? before.scopes };
      const row = await update(db, id, { ...changes, ...(expiry !== undefined && { expiresAt: expiry }) });
      const details = { ...changes, expires_at: row.expiresAt?.toISOString() ?? null };
      await this.note(db, author, 'api_key_changed', id, details);
      return apiKeyView(row);
    });
  }

  /**
   * Replaces the secret. The one used so far is accepted for another `overlap` seconds; one from an earlier rotation is not. Throws
   * not_found, conflict (revoked).
   */
  rotate(author: Author, id: string, overlap: number): Promise<NewApiKeyDto> {
    return this.database.transaction(async ({ db }) => {
      const { prefix, hash: previousHash } = await lockUsable(db, id);
      const { key, hash } = newApiKey(prefix);
      const previousUntil = sql`date_trunc('milliseconds', now()) + make_interval(secs => ${overlap})`;
      const row = await update(db, id, { hash, previousHash, previousUntil });
      await this.note(db, author, 'api_key_rotated', id, { prefix, overlap_s: overlap });
      return { ...apiKeyView(row), key };
    });
  }

  /** Does nothing for a revoked key. Throws not_found. */
  async revoke(author: Author, id: string): Promise<void> {
    await this.database.transaction(async ({ db }) => {
      const { prefix, revokedAt } = await lock(db, id);
      if (revokedAt !== null) return;
      await update(db, id, { revokedAt: sql`now()` });
      await this.note(db, author, 'api_key_revoked', id, { prefix });
    });
  }

  private note(db: Queryable, author: Author, action: AuditAction, id: string, details: AuditDetails): Promise<void> {
    return this.audit.record(db, { action, author, target: { type: 'api_key', id }, details });
  }
}

/** Throws not_found. */
async function lock(db: Queryable, id: string): Promise<Row> {
  const [row] = isUuid(id) ? await db.select().from(apiKeys).where(eq(apiKeys.id, id)).for('update') : [];
  return required(row);
}

/** Throws not_found, and conflict for a revoked key. */
async function lockUsable(db: Queryable, id: string): Promise<Row> {
  const row = await lock(db, id);
  if (row.revokedAt !== null) throw new ServiceError('conflict', 'This API key was revoked. Create a new one.');
  return row;
}

async function update(db: Queryable, id: string, changes: Changes): Promise<Row> {
  const [row] = await db.update(apiKeys).set(changes).where(eq(apiKeys.id, id)).returning();
  return required(row);
}

type Row = typeof apiKeys.$inferSelect;
type ApiKeyView = Pick<ApiKeyDto, keyof ApiKeyDto>;
type Changes = { -readonly [Column in keyof Row]?: Row[Column] | SQL };

/** Throws invalid_message for a time that is not in the future. */
function futureOf(text: string | null): Date | null {
  if (text === null) return null;
  const time = momentOf(text, '#/expires_at');
  if (time.getTime() > Date.now()) return time;
  const errors = [{ pointer: '#/expires_at', detail: 'must be in the future' }];
  throw new ServiceError('invalid_message', '#/expires_at must be in the future. To end a key now, revoke it.', {
    errors,
  });
}

function required(row: Row | undefined): Row {
  if (!row) throw new ServiceError('not_found', 'There is no such API key.');
  return row;
}

function apiKeyView(row: Row): ApiKeyView {
  return {
    id: row.id,
    prefix: row.prefix,
    name: row.name,
    scopes: row.scopes,
    created_at: row.createdAt.toISOString(),
    created_by: row.createdBy,
    expires_at: row.expiresAt?.toISOString() ?? null,
    last_used_at: row.lastUsedAt?.toISOString() ?? null,
    previous_secret_until: row.previousUntil?.toISOString() ?? null,
    revoked_at: row.revokedAt?.toISOString() ?? null,
  };
}
